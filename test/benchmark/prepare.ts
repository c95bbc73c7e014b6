import { parseOptions } from '../../src/common/program/options';
import { runCommand } from '../../src/common/program/run-command';
import { urlOf } from '../setup/database';
import { BENCH_FOLDER, HISTORIES, type History, isPrepared, startHistories } from './harness/histories';
import { makeHistory } from './harness/make-history';
import { query } from './harness/query';

const HELP = `Makes the histories that the benchmark reads, of 100,000, 1,000,000 and 10,000,000 trips, in the folder .bench. It takes minutes; a history
that is there is kept.

npm run bench:prepare -- [options]
  --help   shows this text
`;

/** `npm run bench:prepare`. */
runCommand(async () => {
  const { values } = parseOptions({ args: process.argv.slice(2), options: { help: { type: 'boolean' } } });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const server = await startHistories(BENCH_FOLDER);
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

async function prepare(server: string, { database, trips }: History): Promise<void> {
  const begun = performance.now();
  await makeHistory(server, database, { trips });
  console.log(`${database}: made in ${((performance.now() - begun) / 1_000).toFixed(0)} s`);
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
