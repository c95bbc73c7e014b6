import { Pool } from 'pg';
import { valueParsers } from '../../../src/platform/postgres/value-parsers';
import type { Card } from '../../../src/modules/cards/card.entity';
import { createPeer, learntHeaders, listen, read } from './peer-server';

/** What the service asks for, prepared as there. */
const CARD = `SELECT card_id, account_id, card_number, user_id, status, balance, credit_limit, debt, credit_used, credit_used_at,
  version, acquisition_date, last_used_date, updated_at FROM cards WHERE card_id = $1`;

/** Reads a card for each request. The ETag is always the same, so the service has the work of a true one. */
const app = createPeer();
const pool = new Pool({ connectionString: read('DATABASE_URL'), max: 20, types: valueParsers });
const headers = { ...learntHeaders(), 'x-cache': 'MISS' };
app.get<{ Params: { card_id: string } }>(read('PEER_ROUTE'), async ({ params }, reply) => {
  const { rows } = await pool.query<Card>({ name: 'card', text: CARD, values: [Number(params.card_id)] });
  const [card] = rows;
  if (!card) return reply.status(404).send();
  const { card_id, balance, debt, last_used_date, status } = card;
  return reply.headers(headers).send(JSON.stringify({ card_id, balance, debt, last_used_date, status }));
});
void listen(app);
