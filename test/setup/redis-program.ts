import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { fetchRedisPackage } from './redis-package';

const run = promisify(execFile);

const DOCKER_IMAGE = 'redis:7-alpine';

/** A way to run a Redis server. */
export interface RedisProgram {
  /** Starts a server in the foreground, with these arguments of redis-server; its files are in the folder. */
  spawn(args: readonly string[], port: number, folder: string): ChildProcess;
  /** Sends a signal to the server behind the child. */
  signal(child: ChildProcess, signal: NodeJS.Signals): Promise<void>;
}

/**
 * Finds Redis or Valkey: on the PATH, as the distribution's package, in Docker, in this order.
 *
 * @param prefix a command that runs it, such as `ip netns exec NAME`; Docker has networks of its own.
 */
export async function findRedisProgram(prefix: readonly string[] = []): Promise<RedisProgram> {
  for (const command of ['redis-server', 'valkey-server']) {
    if (await works(command, ['--version'])) return localProgram([...prefix, command], process.env);
  }
  const failures: string[] = [];
  try {
    const { command, libraryPath } = await fetchRedisPackage();
    return localProgram([...prefix, command], { ...process.env, LD_LIBRARY_PATH: libraryPath });
  } catch (error) {
    failures.push(`no package from apt (${firstLine(error)})`);
  }
  if (prefix.length === 0 && (await works('docker', ['info']))) return dockerProgram();
  failures.push('no Docker');
  throw new Error(
    `The tests need Redis: install redis-server or valkey-server, start Docker, or set REDIS_URL. Tried: not on the PATH, ${failures.join(', ')}`,
  );
}

function localProgram([command = '', ...before]: readonly string[], env: NodeJS.ProcessEnv): RedisProgram {
  return {
    spawn: (args) => spawn(command, [...before, ...args], { env }),
    signal: (child, signal) => Promise.resolve(void child.kill(signal)),
  };
}

function dockerProgram(): RedisProgram {
  const name = `travel-recharge-test-${randomBytes(6).toString('hex')}`;
  return {
    spawn: (args, port, folder) => {
      const publish = ['--publish', `127.0.0.1:${port}:${port}`];
      // As our own user: the files are to be ours, too.
      const user = `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`;
      const files = ['--volume', `${folder}:/data`, '--user', user];
      const inside = ['--bind', '0.0.0.0', '--protected-mode', 'no', '--dir', '/data'];
      return spawn('docker', [
        'run',
        '--rm',
        '--name',
        name,
        ...publish,
        ...files,
        DOCKER_IMAGE,
        'redis-server',
        ...args,
        ...inside,
      ]);
    },
    signal: async (_child, signal) => {
      await run('docker', ['kill', '--signal', signal, name]);
    },
  };
}

async function works(command: string, args: string[]): Promise<boolean> {
  return run(command, args).then(
    () => true,
    () => false,
  );
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).trim().split('\n')[0] ?? '';
}
