import { connect as connectSocket, type Socket } from 'node:net';
import type { Client } from 'pg';
import { type AuditSearch, selectEntries } from '../../src/modules/audit/select-entries';
import { aCard, aRecharge } from '../builders/rides';
import { ask } from '../setup/api';
import type { Service } from '../setup/service';
import { startOverDatabase } from '../setup/service-over-database';
import { until } from '../setup/until';

const ENTRIES = 20_000;
const OLDEST = 100;

let client: Client;
let service: Service;

interface Entry {
  readonly entry_id: number;
  readonly client: string;
}
interface Page {
  readonly entries: Entry[];
  readonly next_cursor: string | null;
}

beforeAll(async () => {
  ({ client, service } = await startOverDatabase());
  await client.query(
    `INSERT INTO audit_entries (occurred_at, client, key_id, role, request_id, operation, object_kind, object_id, outcome,
                                changes, reason, address)
     SELECT timestamptz '2026-11-28T12:00:00Z' + n * interval '1 second', 'client ' || n % 3, 'a1b2c3d4', 'agent', 'r-' || n,
            'POST /recharges', 'card', n % 10, 'changed', '{"amount": "0f8eb4b72b6e"}', NULL, '10.0.0.7'
     FROM generate_series(1, ${ENTRIES}) n`,
  );
});

async function page(query: string): Promise<Page> {
  const { status, body } = await ask(service, `/audit?${query}`);
  expect(status).toBe(200);
  return body as Page;
}

const idsOf = ({ entries }: Page): number[] => entries.map(({ entry_id }) => entry_id);

describe('GET /audit', () => {
  it('shows entries newest first, in pages that go on where the last one ended', async () => {
    const first = await page('limit=3');
    expect(idsOf(first)).toEqual([ENTRIES, ENTRIES - 1, ENTRIES - 2]);
    expect(first.entries[0]).toEqual({
      entry_id: ENTRIES,
      occurred_at: '2026-11-28T17:33:20.000Z',
      client: 'client 2',
      key_id: 'a1b2c3d4',
      role: 'agent',
      request_id: `r-${ENTRIES}`,
      operation: 'POST /recharges',
      object_kind: 'card',
      object_id: '0',
      outcome: 'changed',
      changes: { amount: '0f8eb4b72b6e' },
      reason: null,
      address: '10.0.0.7',
    });

    expect(idsOf(await page(`limit=2&cursor=${first.next_cursor}`))).toEqual([ENTRIES - 3, ENTRIES - 4]);
  });

  it('filters by client, object and time', async () => {
    expect(idsOf(await page('client=client 1&limit=2'))).toEqual([19_999, 19_996]);
    expect(idsOf(await page('object_kind=card&object_id=7&limit=2'))).toEqual([19_997, 19_987]);
    expect(idsOf(await page('from=2026-11-28T12:00:05Z&to=2026-11-28T12:00:08Z'))).toEqual([7, 6, 5]);
    expect(await page('client=nobody')).toEqual({ entries: [], next_cursor: null });
  });

  it.each(['cursor=abc', 'from=yesterday', 'limit=101', `client=${'x'.repeat(101)}`])(
    'refuses %s',
    async (query) => {
      expect((await ask(service, `/audit?${query}`)).status).toBe(422);
    },
  );
});

/** Filters of all kinds, alone and together: what is there, and what is not. */
const SEARCHES = [undefined, 'client 1', 'nobody'].flatMap((client) =>
  [undefined, 'card', 'nothing'].flatMap((object_kind) =>
    [undefined, '7', 'none'].flatMap((object_id) =>
      [
        {},
        { to: '2026-11-28T12:01:00Z' },
        { from: '2026-11-28T17:30:00Z' },
        { from: '2026-11-28T14:00:00Z', to: '2026-11-28T16:00:00Z' },
        { from: '2026-11-28T13:00:00Z', to: '2026-11-28T13:00:00Z' },
      ].map((span) => ({ client, object_kind, object_id, ...span })),
    ),
  ),
);

interface PlanNode {
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: PlanNode[];
}

/** How many rows of the trail a plan has read. */
function rowsRead(node: PlanNode): number {
  const own = (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'];
  return (
    (node['Relation Name'] ? own : 0) + (node.Plans ?? []).reduce((sum, plan) => sum + rowsRead(plan), 0)
  );
}

describe('any search', () => {
  const LIMIT = 5;

  it('finds what a look at every entry finds', async () => {
    for (const { client: name, ...rest } of SEARCHES) {
      const search: AuditSearch = { ...rest, ...(name !== undefined && { clients: [name] }) };
      const { from = '-infinity', to = 'infinity', object_kind = null, object_id = null } = search;
      const { text, values } = selectEntries(search, to, 0, LIMIT);
      const found = await client.query(text, values);
      const { rows } = await client.query(
        `SELECT * FROM audit_entries
         WHERE client = coalesce($1, client) AND ($2::text IS NULL OR object_kind = $2)
           AND ($3::text IS NULL OR object_id = $3) AND occurred_at >= $4 AND occurred_at < $5
         ORDER BY occurred_at DESC, entry_id DESC LIMIT ${LIMIT}`,
        [name ?? null, object_kind, object_id, from, to],
      );

      expect([search, found.rows]).toEqual([search, rows]);
    }
  });

  it.each(['force_custom_plan', 'force_generic_plan'])(
    'reads little more of the trail than it shows, and nothing of what does not match (%s)',
    async (mode) => {
      await client.query(`ANALYZE audit_entries; SET plan_cache_mode = ${mode}`);
      const read: number[] = [];
      for (const { client: name, ...rest } of SEARCHES) {
        // An object's own entries are read to find those of one client.
        if (name !== undefined && rest.object_id !== undefined) continue;
        const search: AuditSearch = { ...rest, ...(name !== undefined && { clients: [name, 'nobody'] }) };
        const { text, values } = selectEntries(search, (rest as { to?: string }).to ?? 'infinity', 0, LIMIT);
        const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
          `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`,
          values,
        );
        read.push(rowsRead(rows[0]?.['QUERY PLAN'][0].Plan as PlanNode));
      }
      await client.query('RESET plan_cache_mode');

      expect(read).toHaveLength(75);
      expect(Math.max(...read)).toBeLessThan(4 * LIMIT);
    },
  );
});

describe('GET /audit/export', () => {
  it('sends every entry that fits as a line of JSON', async () => {
    const { status, headers, text } = await ask(service, '/audit/export?client=client 1');
    expect([status, headers.get('content-type')]).toEqual([200, 'application/x-ndjson']);
    const entries = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Entry);
    expect(entries).toHaveLength(6_667);
    expect(entries.every((entry) => entry.client === 'client 1')).toBe(true);
    expect(entries.at(-1)).toMatchObject({ entry_id: 1 });
    expect((await ask(service, '/audit/export?client=nobody')).text).toBe('');
    expect((await ask(service, '/audit/export?from=yesterday')).status).toBe(422);
  });

  it('goes on behind the last entry that came, and none is lost between two of the same moment', async () => {
    const { text } = await ask(service, '/audit/export?client=client 1&before_entry=8');
    const ids = text
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as Entry).entry_id);
    expect(ids).toEqual([7, 4, 1]);
  });

  it('reads no further than its caller takes, and stops when it is gone', async () => {
    const { hostname, port } = new URL(service.url);
    const slow = connectSocket(Number(port), hostname);
    const gone = connectSocket(Number(port), hostname);
    for (const socket of [slow, gone])
      socket.pause().write('GET /audit/export HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    // Long enough to fill the buffers of the connection.
    await client.query('SELECT pg_sleep(2)');
    gone.destroy();
    await forgetOldest(OLDEST);

    const text = await textOf(slow.resume());

    // The trail also has those who read it.
    const ids = [...text.matchAll(/"entry_id":(\d+)/g)]
      .map(([, id]) => Number(id))
      .filter((id) => id <= ENTRIES);
    expect([ids[0], ids.at(-1), ids.length]).toEqual([ENTRIES, OLDEST + 1, ENTRIES - OLDEST]);
    expect((await ask(service, '/audit?limit=1')).status).toBe(200);
  });
});

/** What an export has not read yet cannot be in it. */
async function forgetOldest(entries: number): Promise<void> {
  await client.query('ALTER TABLE audit_entries DISABLE TRIGGER USER');
  await client.query('DELETE FROM audit_entries WHERE entry_id <= $1', [entries]);
  await client.query('ALTER TABLE audit_entries ENABLE TRIGGER USER');
}

function textOf(socket: Socket): Promise<string> {
  let text = '';
  socket.setEncoding('utf8').on('data', (part: string) => (text += part));
  return new Promise((done, failed) => socket.once('end', () => done(text)).once('error', failed));
}

describe('the seals', () => {
  it('are made by the service itself, of what it writes', async () => {
    const card = await aCard(service, 0);
    await aRecharge(service, card, 10_000);

    await until('both chains have a seal', async () => {
      const { rows } = await client.query('SELECT DISTINCT source FROM seals');
      return rows.length === 2;
    });
    expect(service.output).toContain('"msg":"sealed"');
  });
});
