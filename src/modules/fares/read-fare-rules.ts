import type { ClientBase, QueryResultRow } from 'pg';
import { FareRules } from './engine/fare-rules';
import type { Concession } from './rules/concession.entity';
import type { FareLimit } from './rules/fare-limit.entity';
import type { Tariff } from './rules/tariff.entity';
import type { TransferPrice } from './rules/transfer-price.entity';
import type { TransferRule } from './rules/transfer-rule.entity';

/** Reads the stored rules, for programs beside the service. The client must have the service's `valueParsers`. */
export async function readFareRules(client: ClientBase): Promise<FareRules> {
  const rowsOf = async <Row extends QueryResultRow>(table: string): Promise<Row[]> =>
    (await client.query<Row>(`SELECT * FROM ${table}`)).rows;
  return new FareRules({
    tariffs: await rowsOf<Tariff>('tariffs'),
    transferRules: await rowsOf<TransferRule>('transfer_rules'),
    transferPrices: await rowsOf<TransferPrice>('transfer_prices'),
    concessions: await rowsOf<Concession>('concessions'),
    limits: await rowsOf<FareLimit>('fare_limits'),
  });
}
