import { Client, escapeLiteral } from 'pg';
import { startEmbeddedPostgres } from '../../src/platform/postgres/embedded/embedded-postgres';
import { reapAfterExit } from './reaper';
import { createTempFolder, removeFolder } from './temp-folder';

/** A PostgreSQL server on which the tests may create databases. */
export interface PostgresServer {
  readonly url: string;
  /** How it copies a database fastest. */
  readonly copyStrategy: string;
  stop(): Promise<void>;
}

/** Nothing of a test's database has to survive a power cut. */
const SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '400',
  // Each copy and removal of a database looks through all of them.
  shared_buffers: '64MB',
  // A process that helps with a statement costs more than the few rows of a test.
  max_parallel_workers_per_gather: '0',
};

const STOP_AND_REMOVE = 'kill -INT "$(head -n 1 "$1/postgres/data/postmaster.pid")"; sleep 3; rm -rf "$1"';

/** The server at DATABASE_URL, or an embedded one of our own in a temporary folder. */
export async function startPostgres(): Promise<PostgresServer> {
  const given = process.env.DATABASE_URL;
  if (given) return { url: given, copyStrategy: '', stop: () => Promise.resolve() };

  const folder = await createTempFolder();
  const callOffReaper = reapAfterExit(STOP_AND_REMOVE, folder);
  const postgres = await startEmbeddedPostgres({ dataDir: folder, settings: SETTINGS, log: () => undefined });
  await weakenPassword(postgres.url);
  return {
    url: postgres.url,
    // Without fsync it takes a fifth of the default's time; only PostgreSQL 15 and later know the word.
    copyStrategy: 'STRATEGY FILE_COPY',
    stop: async () => {
      await postgres.stop();
      callOffReaper();
      await removeFolder(folder);
    },
  };
}

/** Proving that one knows the password takes a third of the time of a new connection, and is made to do so. */
async function weakenPassword(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query('SET scram_iterations = 1');
  await client.query(`ALTER ROLE CURRENT_USER PASSWORD ${escapeLiteral(new URL(url).password)}`);
  await client.end();
}
