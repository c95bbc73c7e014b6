import type { Client } from 'pg';
import { FareRules } from '../../fares/engine/fare-rules';
import type { Concession } from '../../fares/rules/concession.entity';
import type { FareLimit } from '../../fares/rules/fare-limit.entity';
import type { Tariff } from '../../fares/rules/tariff.entity';
import type { TransferPrice } from '../../fares/rules/transfer-price.entity';
import type { TransferRule } from '../../fares/rules/transfer-rule.entity';

/** The rules of all days, as a program reads them that is not the service. */
export async function readFareRules(client: Client): Promise<FareRules> {
  return new FareRules({
    tariffs: await list<Tariff>(client, 'tariffs'),
    transferRules: await list<TransferRule>(client, 'transfer_rules'),
    transferPrices: await list<TransferPrice>(client, 'transfer_prices'),
    concessions: await list<Concession>(client, 'concessions'),
    limits: await list<FareLimit>(client, 'fare_limits'),
  });
}

async function list<Row extends object>(client: Client, table: string): Promise<Row[]> {
  const { rows } = await client.query<Row>(`SELECT * FROM ${table}`);
  return rows;
}
