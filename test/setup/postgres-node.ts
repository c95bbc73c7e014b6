import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, copyFile, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type QueryResultRow } from 'pg';
import {
  APPLICATION_NAME,
  applicationUrl,
  ensureDatabase,
} from '../../src/platform/postgres/embedded/application-database';
import { findBinaries } from '../../src/platform/postgres/embedded/binaries';
import { idsOf, serverEnvironment } from '../../src/platform/postgres/embedded/command';
import { createCluster, SUPERUSER } from '../../src/platform/postgres/embedded/create-cluster';
import { findFreePort } from '../../src/platform/postgres/embedded/free-port';
import { findServerUser, isRoot, type ServerUser } from '../../src/platform/postgres/embedded/server-user';
import { reapAfterExit } from './reaper';
import { createTempFolder, removeFolder } from './temp-folder';

export type Settings = Readonly<Record<string, string>>;

/** Where the service keeps programs that its server's user cannot reach, if it runs as root. */
const SHARED_CACHE = '/var/cache/travel-recharge';
const POLL_MS = 50;
/** Recovery, on a crowded machine. */
const START_LIMIT_MS = 90_000;
const LAST_WORDS = 2_000;
/** What a copy of a running server must not have: it belongs to the process, or is fetched from elsewhere. */
const NOT_COPIED =
  /^(postmaster\.(pid|opts)|standby\.signal|recovery\.signal|(pg_wal|pg_replslot|pg_stat_tmp)\/.+)$/;

/** No power is cut here, and a killed process loses nothing that the kernel has. */
const SETTINGS: Settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '64MB',
  fsync: 'off',
  full_page_writes: 'off',
  timezone: 'UTC',
  wal_keep_size: '256MB',
  // After five seconds by default.
  wal_retrieve_retry_interval: '100ms',
};

/** A PostgreSQL server that a test may stop, kill, copy, promote and recover. It keeps its port and its settings. */
export class PostgresNode {
  private child: ChildProcess | null = null;
  private settings: Settings = SETTINGS;
  private output = '';
  private callOffReaper = (): void => undefined;

  private constructor(
    private readonly binFolder: string,
    private readonly user: ServerUser | undefined,
    private readonly home: string,
    readonly port: number,
    private readonly password: string,
  ) {}

  /** Creates an empty server, which does not run yet. */
  static async create(): Promise<PostgresNode> {
    const folder = await createTempFolder();
    const user = await findServerUser();
    const { binFolder } = await findBinaries(user, isRoot() ? SHARED_CACHE : folder, () => undefined);
    const home = join(folder, 'server');
    await createCluster(home, { binFolder, user, durable: false });
    const password = (await readFile(join(home, 'password'), 'utf8')).trim();
    return new PostgresNode(binFolder, user, home, await findFreePort(), password);
  }

  /** The URL of the service's database, for its role. */
  get url(): string {
    return applicationUrl(this.password, this.port);
  }

  get dataFolder(): string {
    return join(this.home, 'data');
  }

  /** How a standby connects to this server. */
  get connectionInfo(): string {
    return `host=127.0.0.1 port=${this.port} user=${SUPERUSER} password=${this.password} sslmode=disable`;
  }

  get isRunning(): boolean {
    return this.child !== null && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Changes settings for the next start; a running server reads what it can. Null takes one back. */
  async configure(changes: Readonly<Record<string, string | null>>): Promise<void> {
    const kept = Object.entries({ ...this.settings, ...changes }).filter(
      (entry): entry is [string, string] => entry[1] !== null,
    );
    this.settings = Object.fromEntries(kept);
    const lines = Object.entries({ ...this.settings, port: String(this.port) }).map(
      ([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`,
    );
    await this.write('postgresql.auto.conf', lines.join(''));
    if (this.isRunning) this.child?.kill('SIGHUP');
  }

  /** Resolves when it takes connections, as a standby too. */
  async start(): Promise<void> {
    await this.configure({});
    for (const end = performance.now() + START_LIMIT_MS; ; await sleep(POLL_MS)) {
      if (!this.isRunning) this.launch();
      if (await this.takesConnections()) return;
      // The sessions of a killed server live on for a moment.
      if (performance.now() > end)
        throw new Error(`PostgreSQL did not start:\n${this.output.slice(-LAST_WORDS)}`);
    }
  }

  /** Ends it in order: every session is ended, and a standby gets all that was written. */
  async stop(): Promise<void> {
    await this.end('SIGINT');
  }

  /** Ends it as a crash does. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** Makes a standby the primary, and resolves when it takes writes. */
  async promote(): Promise<void> {
    await this.query('SELECT pg_promote(true, 60)');
  }

  /** Asks as the superuser. */
  query<Row extends QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    return this.withClient(async (client) => (await client.query<Row>(text, [...values])).rows);
  }

  /** The same in the database of the service, with the triggers and rules off that keep others from it. */
  queryPastGuards<Row extends QueryResultRow>(text: string): Promise<Row[]> {
    return this.withClient(async (client) => {
      await client.query('SET session_replication_role = replica');
      return (await client.query<Row>(text)).rows;
    }, APPLICATION_NAME);
  }

  /** Creates the service's role and database. */
  ensureDatabase(): Promise<void> {
    return this.withClient((client) => ensureDatabase(client, this.password));
  }

  /**
   * Copies this running server to another, whose files are lost, and which does not run. To become consistent the copy needs
   * what is written meanwhile: from this server, or from its archive.
   */
  async copyTo(other: PostgresNode): Promise<void> {
    await rm(other.dataFolder, { recursive: true, force: true });
    await this.withClient(async (client) => {
      await client.query(`SELECT pg_backup_start('copy', true)`);
      await this.copyFolder(this.dataFolder, other.dataFolder);
      const { rows } = await client.query<{ labelfile: string }>(
        'SELECT labelfile FROM pg_backup_stop(wait_for_archive => false)',
      );
      await other.write('backup_label', rows[0]?.labelfile ?? '');
    });
    other.settings = this.settings;
  }

  /** The same server, stopped or running, with another folder and port, which does not run and is empty. */
  async sibling(): Promise<PostgresNode> {
    const home = join(await createTempFolder(), 'server');
    await mkdir(home);
    return new PostgresNode(this.binFolder, this.user, home, await findFreePort(), this.password);
  }

  /** Writes a file of its data folder. */
  async write(name: string, text: string): Promise<void> {
    const path = join(this.dataFolder, name);
    await writeFile(path, text, { mode: 0o600 });
    await this.giveAway(path);
  }

  /** Makes a folder beside its data that it may write to, such as for an archive. */
  async makeFolder(name: string): Promise<string> {
    const path = join(this.home, name);
    await mkdir(path);
    await this.giveAway(path);
    return path;
  }

  async remove(): Promise<void> {
    await this.kill();
    this.callOffReaper();
    await removeFolder(join(this.home, '..'));
  }

  private launch(): void {
    const child = spawn(join(this.binFolder, 'postgres'), ['-D', this.dataFolder], {
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: serverEnvironment(),
      cwd: '/',
      ...idsOf(this.user),
    });
    child.stderr.on(
      'data',
      (bytes: Buffer) => (this.output = (this.output + bytes.toString()).slice(-LAST_WORDS)),
    );
    child.on('error', (error) => (this.output += error.message));
    this.child = child;
    this.callOffReaper();
    const folder = join(this.home, '..');
    const callOff = reapAfterExit('kill -QUIT "$1"; sleep 1; rm -rf "$2"', String(child.pid), folder);
    this.callOffReaper = callOff;
  }

  private async end(signal: 'SIGINT' | 'SIGKILL'): Promise<void> {
    const { child } = this;
    this.child = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  private async takesConnections(): Promise<boolean> {
    return this.query('SELECT 1').then(
      () => true,
      () => false,
    );
  }

  private async withClient<Result>(
    work: (client: Client) => Promise<Result>,
    database = 'postgres',
  ): Promise<Result> {
    const { port, password } = this;
    const client = new Client({ host: '127.0.0.1', port, user: SUPERUSER, password, database });
    client.on('error', () => undefined);
    try {
      await client.connect();
      // What a test asks of a server waits for no standby.
      await client.query('SET synchronous_commit = local');
      return await work(client);
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  private async copyFolder(from: string, to: string, below = ''): Promise<void> {
    await mkdir(to, { mode: 0o700 });
    await this.giveAway(to);
    for (const entry of await readdir(from, { withFileTypes: true })) {
      const name = below + entry.name;
      if (NOT_COPIED.test(name)) continue;
      const [source, target] = [join(from, entry.name), join(to, entry.name)];
      if (entry.isDirectory()) await this.copyFolder(source, target, `${name}/`);
      // A temporary file may be gone by now.
      else await this.copyFile(source, target).catch(unlessMissing);
    }
  }

  private async copyFile(source: string, target: string): Promise<void> {
    await copyFile(source, target);
    await chmod(target, (await stat(source)).mode);
    await this.giveAway(target);
  }

  private async giveAway(path: string): Promise<void> {
    if (this.user) await chown(path, this.user.uid, this.user.gid);
  }
}

function unlessMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
