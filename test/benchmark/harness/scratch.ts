import { migrate } from '../../../src/platform/postgres/migrate';
import type { Bench } from './bench';
import { fundCards } from './fund-cards';
import { dropDatabase, urlOf } from '../../setup/database';
import { SMALL } from './histories';
import { query } from './query';

/** A copy of the small history, to be written to until the row is done: each run finds the history as it was. */
export async function openScratch(bench: Bench, name = 'bench_scratch'): Promise<string> {
  const original = await bench.histories.open(SMALL);
  const server = urlOf(original, 'postgres');
  const drop = (): Promise<void> => dropDatabase(server, name);
  await drop();
  await query(server, `CREATE DATABASE ${name} TEMPLATE ${new URL(original).pathname.slice(1)}`);
  bench.cleanup.add(drop);
  const url = urlOf(original, name);
  await migrate(url);
  await fundCards(url);
  await query(url, 'VACUUM ANALYZE cards');
  return url;
}
