import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { DataSource } from 'typeorm';
import { StartupError } from '../../../src/common/program/startup-error';
import { aTotalsRollup } from '../../setup/totals-rollup';
import { Connection } from '../../../src/platform/postgres/connection';
import { valueParsers } from '../../../src/platform/postgres/value-parsers';
import { urlOf } from '../../setup/database';
import { fundCards } from './fund-cards';
import { query } from './query';

const SEED = resolve(__dirname, '../../../scripts/seed.mjs');

/** What the seed is told, such as `{ trips: 100_000 }`. */
type SeedSize = Readonly<Partial<Record<'trips' | 'cards' | 'days', number>>>;

/** Makes a history under another name until it is complete, so that what was interrupted begins anew. */
export async function makeHistory(server: string, database: string, size: SeedSize): Promise<void> {
  const unfinished = `${database}_unfinished`;
  const url = urlOf(server, unfinished);
  await query(server, `DROP DATABASE IF EXISTS ${unfinished}`);
  await query(server, `CREATE DATABASE ${unfinished}`);
  await seed(url, size);
  await rollUpTotals(url);
  await fundCards(url);
  // Neither autovacuum nor the first reader is to do it while something is measured.
  await query(url, 'VACUUM (FREEZE, ANALYZE)');
  await query(server, `ALTER DATABASE ${unfinished} RENAME TO ${database}`);
}

/** As the service's maintenance does it all the time. */
export async function rollUpTotals(url: string): Promise<void> {
  const dataSource = new DataSource({
    type: 'postgres',
    url,
    extra: { Client: Connection, types: valueParsers },
  });
  await dataSource.initialize();
  try {
    await aTotalsRollup(dataSource).rollUp();
  } finally {
    await dataSource.destroy();
  }
}

/** Fills an empty database with a demonstration city. */
export async function seed(url: string, size: SeedSize): Promise<void> {
  const options = Object.entries(size).map(([name, value]) => `--${name}=${value}`);
  const child = spawn(process.execPath, [SEED, ...options], {
    stdio: ['ignore', 2, 'inherit'],
    env: { ...process.env, DATABASE_URL: url },
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new StartupError(`the seed with ${options.join(' ')} failed`);
}
