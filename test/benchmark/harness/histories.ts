import { resolve } from 'node:path';
import { Connection } from '../../../src/platform/postgres/connection';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../../src/platform/postgres/embedded/embedded-postgres';
import { migrate } from '../../../src/platform/postgres/migrate';
import { StartupError } from '../../../src/common/program/startup-error';
import { urlOf } from '../../setup/database';

const ROOT = resolve(__dirname, '../../..');
/** What is prepared once and kept between runs. */
export const BENCH_FOLDER = resolve(ROOT, '.bench');

/** A prepared database, by how many trips it holds. */
export interface History {
  readonly database: string;
  readonly trips: number;
}

export const SMALL: History = { database: 'bench_100k', trips: 100_000 };
export const MIDDLE: History = { database: 'bench_1m', trips: 1_000_000 };
export const LARGE: History = { database: 'bench_10m', trips: 10_000_000 };
export const HISTORIES: readonly History[] = [SMALL, MIDDLE, LARGE];

/** The databases that rows read and write. */
export class Histories {
  private server: EmbeddedPostgres | null = null;

  /** @param given the URL of one database that stands for the small history; the others are missing then. */
  constructor(private readonly given: string | null) {}

  /** Whether rows that compare histories can run. */
  get areComparable(): boolean {
    return this.given === null;
  }

  /** @throws StartupError when it was not prepared. */
  async open(history: History): Promise<string> {
    if (this.given !== null) return this.given;
    this.server ??= await startHistories();
    if (!(await isPrepared(this.server.url, history)))
      throw new StartupError(`${history.database} is missing: run npm run bench:prepare`);
    const url = urlOf(this.server.url, history.database);
    await migrate(url);
    return url;
  }

  async close(): Promise<void> {
    await this.server?.stop();
  }
}

/** The benchmark's own server, durable as in production: fsync and synchronous_commit are on. */
export async function startHistories(): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({ dataDir: BENCH_FOLDER, log: () => undefined });
}

export async function isPrepared(server: string, { database }: History): Promise<boolean> {
  const found = await query(server, 'SELECT FROM pg_database WHERE datname = $1', [database]);
  return found.length > 0;
}

/** One statement over a connection of its own. */
export async function query<Row extends object>(
  url: string,
  sql: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const client = new Connection({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql, [...values])).rows;
  } finally {
    await client.end();
  }
}
