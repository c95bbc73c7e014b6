import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { StartupError } from '../../../common/program/startup-error';
import { applicationUrl, ensureDatabase } from './application-database';
import { findBinaries } from './binaries';
import { CLUSTER_FOLDER, checkVersion, findCluster, openDataDirectory, type Cluster } from './cluster';
import { ClusterInUseError, lockCluster } from './cluster-lock';
import { createCluster } from './create-cluster';
import { messageOf } from './errno';
import {
  abandonServer,
  runServer,
  stopServer,
  type RunOptions,
  type Server,
  type ServerSettings,
} from './server';
import { lastFailure } from './server-log';
import { findServerUser, isRoot } from './server-user';

/** What the embedded server needs to know. */
export interface EmbeddedPostgresOptions {
  /** The folder of the database files. It is created if it is missing. */
  readonly dataDir: string;
  /** Called with each line for the operator. */
  readonly log: (line: string) => void;
  /** Further server settings, such as `{ fsync: 'off' }` for tests. */
  readonly settings?: ServerSettings;
  /** Cancels the start. A server that was started is stopped. */
  readonly signal?: AbortSignal;
}

/** The folder for the PostgreSQL programs if the service runs as root and the server's user cannot reach node_modules. */
const SHARED_CACHE = '/var/cache/travel-recharge';

const RECOVERY_PAUSE_MS = 1_000;

/**
 * Starts the PostgreSQL server of this data directory, or adopts the one that a killed service left running.
 *
 * @throws StartupError if the server cannot be used, for example while another service holds the directory.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { log, settings = {}, signal } = options;
  const dataDir = await openDataDirectory(options.dataDir);
  const path = join(dataDir, CLUSTER_FOLDER);

  const existing = await findCluster(path);
  const user = existing ? existing.user : await findServerUser();
  const { binFolder, version } = await findBinaries(user, isRoot() ? SHARED_CACHE : dataDir, log);
  if (!existing) {
    log(`Creating the files of PostgreSQL ${version} in ${path}`);
    await createCluster(path, { binFolder, user, durable: settings.fsync !== 'off', signal });
  }
  const cluster = existing ?? (await findCluster(path));
  if (!cluster) throw new StartupError(`The database files ${path} vanished while the service started`);
  checkVersion(cluster, version);
  signal?.throwIfAborted();

  const postgres = new EmbeddedPostgres(cluster, { binFolder, settings, log, signal });
  const { pid, port, isNew } = await postgres.start();
  const origin = isNew ? 'started' : 'adopted: a killed service had left it running';
  log(`PostgreSQL ${version} on 127.0.0.1:${port} (pid ${pid}, ${origin}); its files are in ${cluster.home}`);
  return postgres;
}

/** The PostgreSQL server of one data directory. Only this process holds it, until it stops. */
export class EmbeddedPostgres {
  private server: Server | undefined;
  private recovery: Promise<void> | undefined;
  private readonly stopping = new AbortController();
  private readonly onExit = (): void => {
    if (this.server) abandonServer(this.cluster, this.server.pid);
  };

  constructor(
    private readonly cluster: Cluster,
    private readonly options: RunOptions,
  ) {}

  /** The connection URL of the service's own database. */
  get url(): string {
    if (!this.server) throw new Error('The embedded PostgreSQL server was not started');
    return applicationUrl(this.cluster.password, this.server.port);
  }

  /** Starts or adopts the server, on this port if it is given, and locks the cluster. */
  async start(port?: number): Promise<Server> {
    const signal = AbortSignal.any([
      this.stopping.signal,
      ...(this.options.signal ? [this.options.signal] : []),
    ]);
    const server = await runServer(this.cluster, { ...this.options, port, signal });
    try {
      const lock = await lockCluster(this.cluster, server.port);
      lock.once('end', () => this.onLockLost());
      await ensureDatabase(lock, this.cluster.password);
      this.server = server;
      // The server ends with the process, unless the process is killed by SIGKILL.
      process.off('exit', this.onExit).once('exit', this.onExit);
      return server;
    } catch (error) {
      if (server.isNew && !(error instanceof ClusterInUseError)) await stopServer(this.cluster, server.pid);
      throw error;
    }
  }

  /** Stops the server and waits at most 7 s for its end. Its clients are disconnected. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.recovery;
    if (!this.server) return;
    const { pid } = this.server;
    process.off('exit', this.onExit);
    if (!(await stopServer(this.cluster, pid))) {
      this.options.log(
        `The PostgreSQL server (pid ${pid}) is still shutting down; the next start takes it over`,
      );
    }
  }

  private onLockLost(): void {
    if (this.isStopping() || !this.server) return;
    this.recovery ??= this.recover(this.server).finally(() => (this.recovery = undefined));
  }

  /** Starts the server again on the same port, because the service's connections use that port. */
  private async recover({ pid, port }: Server): Promise<void> {
    const { log } = this.options;
    log(
      `Lost the PostgreSQL server (pid ${pid}): ${(await lastFailure(this.cluster.logFile)) ?? 'its log is empty'}`,
    );
    let reported = '';
    while (!this.isStopping()) {
      try {
        await sleep(RECOVERY_PAUSE_MS, undefined, { signal: this.stopping.signal });
        const server = await this.start(port);
        return log(`The PostgreSQL server is back (pid ${server.pid})`);
      } catch (error) {
        if (this.isStopping()) return;
        if (messageOf(error) !== reported) log(messageOf(error));
        reported = messageOf(error);
      }
    }
  }

  private isStopping(): boolean {
    return this.stopping.signal.aborted;
  }
}
