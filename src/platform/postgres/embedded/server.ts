import { spawn } from 'node:child_process';
import { readFileSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { StartupError } from '../../../common/program/startup-error';
import type { Cluster } from './cluster';
import { idsOf, serverEnvironment } from './command';
import { errnoOf, messageOf } from './errno';
import { findFreePort } from './free-port';
import { isAlive, isServerOf } from './process';
import { sharedBuffers } from './shared-buffers';
import { lastFailure, openServerLog } from './server-log';

/** A running PostgreSQL server. */
export interface Server {
  readonly pid: number;
  readonly port: number;
  /** True if this process started it, false if it was running already. */
  readonly isNew: boolean;
}

/** The server settings by name, such as `fsync: 'off'`. */
export type ServerSettings = Readonly<Record<string, string>>;

export interface RunOptions {
  readonly binFolder: string;
  readonly settings: ServerSettings;
  /** The port to start on. The default is a free port. A server that is running already keeps its port. */
  readonly port?: number;
  readonly log: (line: string) => void;
  /** Cancels the start. A server that was started is stopped. */
  readonly signal?: AbortSignal;
}

const POLL_MS = 15;
const STILL_STARTING_MS = 10_000;
/** After a crash, sessions of the last server may live on for a moment with its memory. They end by themselves. */
const OLD_SESSIONS_LIMIT_MS = 20_000;
const OLD_SESSIONS_PAUSE_MS = 250;
const HAS_OLD_SESSIONS = /pre-existing shared memory block .* is still in use/;
/** Crash recovery of a large database takes long. After this time the service stops waiting, but the server goes on. */
const START_LIMIT_MS = 300_000;
const FAST_STOP_MS = 5_000;
const IMMEDIATE_STOP_MS = 2_000;

/**
 * Statements and their errors are not logged, because they contain personal data. Start, stop and crashes are logged.
 */
const SETTINGS: ServerSettings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: sharedBuffers(),
  timezone: 'UTC',
  log_timezone: 'UTC',
  logging_collector: 'off',
  log_destination: 'stderr',
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_checkpoints: 'off',
};

/** Adopts the server that already runs on this cluster, or starts one, and waits until it takes connections. */
export async function runServer(cluster: Cluster, options: RunOptions): Promise<Server> {
  const begunAt = performance.now();
  for (let attempt = 1; ; attempt++) {
    options.signal?.throwIfAborted();
    const running = findServer(cluster.dataFolder);
    if (running) {
      const port = await waitForServer(cluster, running.pid, options);
      if (port) return { pid: running.pid, port, isNew: false };
      continue; // It was shutting down.
    }
    const pid = await launch(cluster, options);
    const port = await waitForNew(cluster, pid, options);
    if (port) return { pid, port, isNew: true };
    const reason = (await lastFailure(cluster.logFile)) ?? 'it exited without a message';
    const lostRace = findServer(cluster.dataFolder) !== null || /could not create any TCP/.test(reason);
    if (lostRace && attempt < 5) continue;
    if (HAS_OLD_SESSIONS.test(reason) && performance.now() - begunAt < OLD_SESSIONS_LIMIT_MS) {
      await sleep(OLD_SESSIONS_PAUSE_MS, undefined, { signal: options.signal });
      continue;
    }
    throw new StartupError(`The PostgreSQL server did not start: ${reason} (its log: ${cluster.logFile})`);
  }
}

/** Stops the server in `fast` mode, then in `immediate` mode if that takes too long. Returns false if it still runs. */
export async function stopServer(cluster: Cluster, pid: number): Promise<boolean> {
  for (const [signal, limit] of [
    ['SIGINT', FAST_STOP_MS],
    ['SIGQUIT', IMMEDIATE_STOP_MS],
  ] as const) {
    if (!isServerOf(cluster.dataFolder, pid)) return true;
    kill(pid, signal);
    if (await hasEnded(cluster.dataFolder, pid, limit)) return true;
  }
  return false;
}

/** Tells the server to end and does not wait, because this process is about to end. Committed data is safe. */
export function abandonServer(cluster: Cluster, pid: number): void {
  if (isServerOf(cluster.dataFolder, pid)) kill(pid, 'SIGQUIT');
}

async function waitForNew(cluster: Cluster, pid: number, options: RunOptions): Promise<number | undefined> {
  const onExit = (): void => abandonServer(cluster, pid);
  process.once('exit', onExit);
  try {
    return await waitForServer(cluster, pid, options);
  } catch (error) {
    if (options.signal?.aborted) await stopServer(cluster, pid);
    throw error;
  } finally {
    process.off('exit', onExit);
  }
}

async function launch(cluster: Cluster, { binFolder, settings, port, log }: RunOptions): Promise<number> {
  const { dataFolder, user } = cluster;
  removeStalePidFile(dataFolder, log);
  const options = { ...SETTINGS, port: String(port ?? (await findFreePort())), ...settings };
  const args = Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const logFile = await openServerLog(cluster.logFile);
  try {
    const child = spawn(join(binFolder, 'postgres'), ['-D', dataFolder, ...args], {
      // The server gets a process group of its own, so that Ctrl-C reaches only the service, which stops the server last.
      detached: true,
      stdio: ['ignore', logFile.fd, logFile.fd],
      env: serverEnvironment(),
      cwd: '/',
      ...idsOf(user),
    });
    child.unref();
    await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    if (child.pid === undefined) throw new Error('it has no process id');
    return child.pid;
  } catch (error) {
    throw new StartupError(`The PostgreSQL server did not start: ${messageOf(error)}`);
  } finally {
    await logFile.close();
  }
}

export interface PidFile {
  readonly pid: number;
  readonly port: number;
  readonly isReady: boolean;
}

/** The server that runs on this data folder, if any. */
export function findServer(dataFolder: string): PidFile | null {
  const file = readPidFile(dataFolder);
  return file && isServerOf(dataFolder, file.pid) ? file : null;
}

/** The lines of `postmaster.pid` are: pid, data folder, start time, port, socket, address, shared memory key, status. */
function readPidFile(dataFolder: string): PidFile | null {
  try {
    const lines = readFileSync(join(dataFolder, 'postmaster.pid'), 'utf8').split('\n');
    return { pid: Number(lines[0]), port: Number(lines[3]), isReady: lines[7]?.trim() === 'ready' };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw new StartupError(`The database files can't be read: ${messageOf(error)}`);
  }
}

/**
 * After a power cut the pid in the file may belong to another process. PostgreSQL would not start while that process runs. Two
 * servers are still impossible, because each also checks the shared memory.
 */
function removeStalePidFile(dataFolder: string, log: (line: string) => void): void {
  const file = readPidFile(dataFolder);
  if (!file || !isAlive(file.pid) || isServerOf(dataFolder, file.pid)) return;
  unlinkSync(join(dataFolder, 'postmaster.pid'));
  log(`The PostgreSQL server did not stop cleanly the last time; process ${file.pid} is another program now`);
}

/** Waits until the server accepts connections and returns its port, or undefined if the server ended. */
async function waitForServer(
  cluster: Cluster,
  pid: number,
  { log, signal }: RunOptions,
): Promise<number | undefined> {
  const start = performance.now();
  for (let reportAt = start + STILL_STARTING_MS; isServerOf(cluster.dataFolder, pid); await sleep(POLL_MS)) {
    signal?.throwIfAborted();
    const file = readPidFile(cluster.dataFolder);
    if (file?.pid === pid && file.isReady) return file.port;
    const now = performance.now();
    if (now > start + START_LIMIT_MS) {
      throw new StartupError(
        `The PostgreSQL server (pid ${pid}) is still not ready after ${START_LIMIT_MS / 1000} s and goes on starting: ${await lastFailure(cluster.logFile)}; start the service again to go on waiting (its log: ${cluster.logFile})`,
      );
    }
    if (now > reportAt) {
      log(`Waiting for the PostgreSQL server (pid ${pid}): ${await lastFailure(cluster.logFile)}`);
      reportAt = now + STILL_STARTING_MS;
    }
  }
  return undefined;
}

async function hasEnded(dataFolder: string, pid: number, limit: number): Promise<boolean> {
  for (const end = performance.now() + limit; performance.now() < end; await sleep(POLL_MS)) {
    if (!isServerOf(dataFolder, pid)) return true;
  }
  return false;
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (errnoOf(error) !== 'ESRCH') throw error;
  }
}
