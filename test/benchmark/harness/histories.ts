import { resolve } from 'node:path';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../../src/platform/postgres/embedded/embedded-postgres';
import { migrate } from '../../../src/platform/postgres/migrate';
import { StartupError } from '../../../src/common/program/startup-error';
import { urlOf } from '../../setup/database';
import { createTempFolder, removeFolder } from '../../setup/temp-folder';
import { makeHistory } from './make-history';
import { query } from './query';

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

const QUICK = 'bench_quick';
/** More cards than a turn meets. */
const QUICK_SIZE = { cards: 20_000, trips: 20_000 };

/** The databases that rows read and write. */
export interface Histories {
  /** Whether rows that compare histories can run. */
  readonly areComparable: boolean;
  /** @throws StartupError when it was not prepared. */
  open(history: History): Promise<string>;
  close(): Promise<void>;
}

/** Those of `npm run bench:prepare`. */
export class PreparedHistories implements Histories {
  readonly areComparable = true;
  private server: EmbeddedPostgres | null = null;

  async open(history: History): Promise<string> {
    this.server ??= await startHistories(BENCH_FOLDER);
    if (!(await isPrepared(this.server.url, history)))
      throw new StartupError(`${history.database} is missing: run npm run bench:prepare, or use --quick`);
    const url = urlOf(this.server.url, history.database);
    await migrate(url);
    return url;
  }

  async close(): Promise<void> {
    await this.server?.stop();
  }
}

/** A database of somebody's, in place of all of them. */
export class GivenHistory implements Histories {
  readonly areComparable = false;

  constructor(private readonly url: string) {}

  open(): Promise<string> {
    return Promise.resolve(this.url);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** A small one that is made when it is needed and removed at the end, in place of all of them. */
export class QuickHistory implements Histories {
  readonly areComparable = false;
  private folder: string | null = null;
  private server: EmbeddedPostgres | null = null;
  private url: string | null = null;

  async open(): Promise<string> {
    return (this.url ??= await this.make());
  }

  async close(): Promise<void> {
    await this.server?.stop();
    if (this.folder) await removeFolder(this.folder);
  }

  private async make(): Promise<string> {
    this.folder = await createTempFolder();
    this.server = await startHistories(this.folder);
    await makeHistory(this.server.url, QUICK, QUICK_SIZE);
    return urlOf(this.server.url, QUICK);
  }
}

/** The benchmark's own server, durable as in production: fsync and synchronous_commit are on. */
export async function startHistories(dataDir: string): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({ dataDir, log: () => undefined });
}

export async function isPrepared(server: string, { database }: History): Promise<boolean> {
  const found = await query(server, 'SELECT FROM pg_database WHERE datname = $1', [database]);
  return found.length > 0;
}
