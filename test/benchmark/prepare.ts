import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { DataSource } from 'typeorm';
import { runCommand } from '../../src/common/program/run-command';
import { StartupError } from '../../src/common/program/startup-error';
import { TotalsRollup } from '../../src/modules/maintenance/totals-rollup';
import { Connection } from '../../src/platform/postgres/connection';
import { valueParsers } from '../../src/platform/postgres/value-parsers';
import { urlOf } from '../setup/database';
import {
  BENCH_FOLDER,
  HISTORIES,
  type History,
  isPrepared,
  query,
  startHistories,
} from './harness/histories';
import { fundCards } from './harness/fund-cards';

const SEED = resolve(__dirname, '../../scripts/seed.mjs');

/** `npm run bench:prepare`: the histories that the benchmark reads; one that is there is kept. */
runCommand(async () => {
  const server = await startHistories();
  try {
    for (const history of HISTORIES) {
      if (!(await isPrepared(server.url, history))) await prepare(server.url, history);
      await describe(server.url, history);
    }
    console.log(`Everything is in ${BENCH_FOLDER}.`);
    return 0;
  } finally {
    await server.stop();
  }
});

/** Under another name until it is complete, so that what was interrupted begins anew. */
async function prepare(server: string, { database, trips }: History): Promise<void> {
  const unfinished = `${database}_unfinished`;
  const url = urlOf(server, unfinished);
  const begun = performance.now();
  await query(server, `DROP DATABASE IF EXISTS ${unfinished}`);
  await query(server, `CREATE DATABASE ${unfinished}`);
  await seed(url, trips);
  await rollUpTotals(url);
  await fundCards(url);
  // Neither autovacuum nor the first reader is to do it while something is measured.
  await query(url, 'VACUUM (FREEZE, ANALYZE)');
  await query(server, `ALTER DATABASE ${unfinished} RENAME TO ${database}`);
  console.log(`${database}: made in ${((performance.now() - begun) / 1_000).toFixed(0)} s`);
}

async function seed(url: string, trips: number): Promise<void> {
  const child = spawn(process.execPath, [SEED, `--trips=${trips}`], {
    stdio: 'inherit',
    env: { ...process.env, DATABASE_URL: url },
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new StartupError(`the seed of ${trips} trips failed`);
}

/** As the service's maintenance does it all the time. */
async function rollUpTotals(url: string): Promise<void> {
  const dataSource = new DataSource({
    type: 'postgres',
    url,
    extra: { Client: Connection, types: valueParsers },
  });
  await dataSource.initialize();
  try {
    await new TotalsRollup(dataSource).rollUp();
  } finally {
    await dataSource.destroy();
  }
}

async function describe(server: string, { database }: History): Promise<void> {
  const [row] = await query<Record<'trips' | 'cards' | 'postings' | 'size' | 'left_over', string>>(
    urlOf(server, database),
    `SELECT (SELECT last_value FROM trips_trip_id_seq) AS trips, (SELECT count(*) FROM cards) AS cards,
            (SELECT last_value FROM postings_posting_id_seq) AS postings,
            (SELECT last_value FROM trips_trip_id_seq) - watermark AS left_over,
            pg_size_pretty(pg_database_size(current_database())) AS size
     FROM totals_watermarks WHERE source = 'trips'`,
  );
  if (!row) throw new Error(`${database} has no totals`);
  const { trips, cards, postings, size, left_over } = row;
  console.log(
    `${database}: ${trips} trips (${left_over} not in the totals), ${cards} cards, ${postings} postings, ${size}`,
  );
}
