import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from 'pg';
import { connect } from '../../builders/connect';
import { findLeftServer } from '../../setup/left-server';
import type { Machine } from '../../setup/machine';
import { Owner } from '../../setup/owner';
import { pausePostgres } from '../../setup/paused-postgres';
import { reapAfterExit } from '../../setup/reaper';
import { createTempFolder, removeFolder } from '../../setup/temp-folder';
import { until } from '../../setup/until';
import type { PostgresState } from '../shapes';

/** What is committed survives the end of the server, though not a power cut: the promises need `synchronous_commit`. */
const SETTINGS = {
  fsync: 'off',
  full_page_writes: 'off',
  max_connections: '200',
  shared_buffers: '64MB',
  max_parallel_workers_per_gather: '0',
};

/** The embedded PostgreSQL server of both cities, held by a process of its own. */
export class PostgresMachine {
  private goOn: (() => Promise<void>) | null = null;
  private isRestarting = false;

  private constructor(
    private readonly folder: string,
    private readonly owner: Owner,
    /** The URL of its first database. */
    readonly url: string,
    private client: Client,
    private readonly callOffReaper: () => void,
  ) {}

  static async start({ host, prefix }: Machine): Promise<PostgresMachine> {
    const folder = await createTempFolder();
    // Its owner stops it when the lab is gone.
    const callOffReaper = reapAfterExit('sleep 6; rm -rf "$1"', folder);
    const access = join(folder, 'access.conf');
    const networks = [...new Set(['127.0.0.1/32', `${host}/24`])];
    await writeFile(access, networks.map((network) => `host all all ${network} scram-sha-256\n`).join(''), {
      mode: 0o644,
    });
    const addresses = [...new Set(['127.0.0.1', host])].join(',');
    const settings = { ...SETTINGS, listen_addresses: addresses, hba_file: access };
    const owner = Owner.spawn(folder, settings, prefix);
    const url = new URL(await owner.url());
    url.hostname = host;
    return new PostgresMachine(folder, owner, url.href, await connect(url.href), callOffReaper);
  }

  get state(): PostgresState {
    if (this.isRestarting) return 'restarting';
    return this.goOn ? 'paused' : 'running';
  }

  async createDatabase(name: string): Promise<string> {
    await this.client.query(`CREATE DATABASE ${name}`);
    const url = new URL(this.url);
    url.pathname = `/${name}`;
    return url.href;
  }

  /** Ends it at once, as a crash does, and waits until it is back: its owner starts it again. */
  async restart(): Promise<void> {
    await this.resume();
    this.isRestarting = true;
    try {
      await this.crash();
      await until('PostgreSQL is back', () => this.reconnect());
    } finally {
      this.isRestarting = false;
    }
  }

  async pause(): Promise<void> {
    this.goOn ??= await pausePostgres(this.folder, this.client);
  }

  async resume(): Promise<void> {
    await this.goOn?.();
    this.goOn = null;
  }

  async stop(): Promise<void> {
    await this.resume();
    await this.client.end().catch(() => undefined);
    await this.owner.end('SIGTERM');
    this.callOffReaper();
    await removeFolder(this.folder);
  }

  private async crash(): Promise<void> {
    const pid = await findLeftServer(this.folder);
    if (pid === null) return;
    process.kill(pid, 'SIGQUIT');
    await until('PostgreSQL is down', async () => (await findLeftServer(this.folder)) !== pid);
  }

  private async reconnect(): Promise<boolean> {
    try {
      this.client = await connect(this.url);
      return true;
    } catch {
      return false;
    }
  }
}
