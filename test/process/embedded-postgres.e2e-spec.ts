import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import {
  chmod,
  lstat,
  mkdir,
  readFile,
  readdir,
  realpath,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { StartupError } from '../../src/common/program/startup-error';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../src/platform/postgres/embedded/embedded-postgres';
import { isAlive } from '../../src/platform/postgres/embedded/process';
import { sharedBuffers } from '../../src/platform/postgres/embedded/shared-buffers';
import { findLeftServer, stopLeftServer } from '../setup/left-server';
import { Owner } from '../setup/owner';
import { createTempFolder, removeFolder } from '../setup/temp-folder';
import { until } from '../setup/until';

const IS_ROOT = process.getuid?.() === 0;

let folder: string;
let dataDir: string;
let lines: string[];
let owners: Owner[];
let stranger: ChildProcess | undefined;
let stopped: number | undefined;

beforeEach(async () => {
  folder = await createTempFolder();
  dataDir = join(folder, 'data-dir');
  lines = [];
  owners = [];
});

afterEach(async () => {
  stranger?.kill();
  if (stopped !== undefined && isAlive(stopped)) process.kill(stopped, 'SIGCONT');
  await Promise.all(owners.map((owner) => owner.end('SIGKILL')));
  await stopLeftServer(dataDir);
  await removeFolder(folder);
});

function spawnOwner(): Owner {
  const owner = Owner.spawn(dataDir);
  owners.push(owner);
  return owner;
}

function start(path = dataDir): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({ dataDir: path, log: (line) => lines.push(line) });
}

async function query<Row extends object>(url: string, statement: string): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(statement)).rows;
  } finally {
    await client.end();
  }
}

async function writeNote(url: string, text: string): Promise<void> {
  await query(url, `CREATE TABLE note AS SELECT '${text}' AS text`);
}

async function readNote(url: string): Promise<string | undefined> {
  return (await query<{ text: string }>(url, 'SELECT text FROM note'))[0]?.text;
}

async function refusalOf(started: Promise<EmbeddedPostgres>): Promise<string> {
  const outcome = await started.then(
    async (postgres) => {
      await postgres.stop();
      return 'it started';
    },
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(StartupError);
  return outcome instanceof Error ? outcome.message : '';
}

describe('startEmbeddedPostgres', () => {
  it('keeps the data from one start to the next', async () => {
    const first = await start();
    await writeNote(first.url, 'still here');
    await first.stop();
    expect(await findLeftServer(dataDir)).toBeNull();

    const second = await start();
    const note = await readNote(second.url);
    await second.stop();

    expect(note).toBe('still here');
  });

  it('sets the server up durable, in UTC, in code point order, for an ordinary role with a password', async () => {
    const postgres = await start();
    const settings = await query<{ name: string; setting: string }>(
      postgres.url,
      `SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes',
         'TimeZone', 'server_encoding', 'listen_addresses', 'max_connections', 'shared_buffers') ORDER BY name`,
    );
    const order = await query<{ word: string }>(
      postgres.url,
      `SELECT word FROM unnest('{a,É,Z,é}'::text[]) word ORDER BY 1`,
    );
    const role = await query(postgres.url, 'SELECT rolsuper FROM pg_roles WHERE rolname = current_user');
    const wrongPassword = new URL(postgres.url);
    wrongPassword.password = 'wrong';
    const intruder = query(wrongPassword.href, 'SELECT 1');
    await expect(intruder).rejects.toMatchObject({ code: '28P01' });
    await postgres.stop();

    expect(Object.fromEntries(settings.map(({ name, setting }) => [name, setting]))).toEqual({
      fsync: 'on',
      full_page_writes: 'on',
      listen_addresses: '127.0.0.1',
      max_connections: '100',
      server_encoding: 'UTF8',
      // In pages of 8 KiB.
      shared_buffers: String(Number.parseInt(sharedBuffers()) * 128),
      synchronous_commit: 'on',
      TimeZone: 'UTC',
    });
    expect(order.map(({ word }) => word)).toEqual(['Z', 'a', 'É', 'é']);
    expect(role).toEqual([{ rolsuper: false }]);
    expect((await stat(join(dataDir, 'postgres/password'))).mode & 0o777).toBe(0o600);
    expect(lines.join('\n')).not.toContain(new URL(postgres.url).password);
  });

  it('refuses a second service and names the first, which goes on', async () => {
    const first = spawnOwner();
    const url = await first.url();

    const refusal = await refusalOf(start());

    expect(refusal).toContain(`in use by another service (pid ${first.pid})`);
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await first.end('SIGTERM');
    expect(await findLeftServer(dataDir)).toBeNull();
  });

  it('lets exactly one of two win that start at once on an empty folder', async () => {
    const rivals = [spawnOwner(), spawnOwner()];

    const outcomes = await Promise.all(rivals.map((owner) => owner.firstLine()));

    expect(outcomes.filter((line) => line.startsWith('URL '))).toHaveLength(1);
    expect(
      outcomes.filter((line) => /^StartupError: .*in use by another service \(pid \d+\)/.test(line)),
    ).toHaveLength(1);
    for (const owner of rivals) await owner.end('SIGTERM');
    expect(await readdir(dataDir)).toEqual(['postgres']);
  });

  it('adopts the server that a killed service left behind, and stops it in the end', async () => {
    const killed = spawnOwner();
    await writeNote(await killed.url(), 'from the killed one');
    await killed.end('SIGKILL');
    const left = await findLeftServer(dataDir);
    expect(left).not.toBeNull();

    const postgres = await start();
    expect(await findLeftServer(dataDir)).toBe(left);
    expect(await readNote(postgres.url)).toBe('from the killed one');
    await postgres.stop();

    expect(await findLeftServer(dataDir)).toBeNull();
  });

  it('starts again after a crash whose pid another program has now', async () => {
    const owner = spawnOwner();
    await writeNote(await owner.url(), 'before the crash');
    await owner.end('SIGKILL');
    const crashed = await findLeftServer(dataDir);
    process.kill(crashed ?? NaN, 'SIGKILL');
    while (await findLeftServer(dataDir)) await sleep(10);
    const { uid, gid } = await stat(join(dataDir, 'postgres/data'));
    stranger = spawn('sleep', ['60'], { uid, gid, stdio: 'ignore' });
    const pidFile = join(dataDir, 'postgres/data/postmaster.pid');
    await writeFile(pidFile, (await readFile(pidFile, 'utf8')).replace(/^\d+/, String(stranger.pid)));

    const postgres = await start();
    const note = await readNote(postgres.url);
    await postgres.stop();

    expect(note).toBe('before the crash');
    expect(stranger.exitCode).toBeNull();
  });

  it('starts after a crash when the last session of the old server has ended', async () => {
    const owner = spawnOwner();
    const session = new Client({ connectionString: await owner.url() });
    session.on('error', () => undefined);
    await session.connect();
    const { rows } = await session.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const { pid = NaN } = rows[0] ?? {};
    await owner.end('SIGKILL');
    // It does not notice that its server is gone, and keeps its memory.
    process.kill(pid, 'SIGSTOP');
    stopped = pid;
    process.kill((await findLeftServer(dataDir)) ?? NaN, 'SIGKILL');
    while (await findLeftServer(dataDir)) await sleep(10);

    const starting = start();
    const log = join(dataDir, 'postgres/server.log');
    await until('the server refuses to start beside that session', async () =>
      (await readFile(log, 'utf8').catch(() => '')).includes('is still in use'),
    );
    process.kill(pid, 'SIGCONT');

    const postgres = await starting;
    expect(await query(postgres.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await postgres.stop();
    await session.end().catch(() => undefined);
  });

  it('brings a killed server back at the same address', async () => {
    const postgres = await start();
    const { url } = postgres;
    process.kill((await findLeftServer(dataDir)) ?? NaN, 'SIGKILL');
    while (!lines.some((line) => line.includes('is back'))) await sleep(20);

    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(await refusalOf(start())).toContain('in use by another service');
    await postgres.stop();
    expect(await findLeftServer(dataDir)).toBeNull();
  });

  it('keeps the server from a Ctrl-C until the service has finished', async () => {
    const owner = spawnOwner();
    await owner.url();

    const said = await owner.interrupt();

    expect(said).toContain('FINISHED');
    expect(await findLeftServer(dataDir)).toBeNull();
  });

  it('starts after a first start that was killed half way, and clears up after it', async () => {
    // On a slow machine it may be done before it is killed: then another one is begun.
    for (let left: string[] = []; !left.some((name) => name.startsWith('postgres.new-'));) {
      await stopLeftServer(dataDir);
      await removeFolder(dataDir);
      const killed = spawnOwner();
      while (!existsSync(dataDir) || (await readdir(dataDir)).length === 0) await sleep(2);
      await killed.end('SIGKILL');
      left = await readdir(dataDir);
      expect(left).toHaveLength(1);
    }

    const postgres = await start();
    await postgres.stop();

    expect(await readdir(dataDir)).toEqual(['postgres']);
  });

  it('uses a data directory that holds files of others, and leaves them alone', async () => {
    await mkdir(dataDir);
    await writeFile(join(dataDir, 'unrelated.txt'), 'not ours');

    const postgres = await start();
    await postgres.stop();

    expect(await readFile(join(dataDir, 'unrelated.txt'), 'utf8')).toBe('not ours');
  });

  if (IS_ROOT) {
    it('as root, keeps the files where their user can get at them when DATA_DIR is closed to it', async () => {
      await chmod(folder, 0o700);
      const first = await start();
      await writeNote(first.url, 'behind a closed door');
      await first.stop();
      const home = await realpath(join(dataDir, 'postgres'));
      const second = await start();
      const note = await readNote(second.url);
      await second.stop();
      await rm(dataDir, { recursive: true });
      const fresh = await start();
      const tables = await query(fresh.url, "SELECT 1 FROM pg_tables WHERE tablename = 'note'");
      await fresh.stop();
      const freshHome = await realpath(join(dataDir, 'postgres'));
      await removeFolder(home);
      await removeFolder(freshHome);

      expect(home).toMatch(/^\/var\/lib\/travel-recharge\/[0-9a-f]{16}$/);
      expect(lines.find((line) => line.includes('its files are in'))).toContain(home);
      expect(note).toBe('behind a closed door');
      expect(tables).toEqual([]);
    });

    it('as root, refuses database files that belong to root', async () => {
      await (await start()).stop();
      execFileSync('chown', ['-R', 'root', join(dataDir, 'postgres/data')]);

      expect(await refusalOf(start())).toContain('belong to root');
    });
  } else {
    it('as an ordinary user, keeps the files in DATA_DIR also when others may not enter it', async () => {
      await chmod(folder, 0o700);
      await (await start()).stop();

      expect((await lstat(join(dataDir, 'postgres'))).isDirectory()).toBe(true);
    });

    it('as an ordinary user, refuses a data directory without permission', async () => {
      await mkdir(dataDir, { mode: 0o500 });

      expect(await refusalOf(start())).toMatch(/No database could be created in .*EACCES/);
    });
  }
});

describe('startEmbeddedPostgres on what it can’t use', () => {
  const cluster = (...path: string[]): string => join(dataDir, 'postgres', ...path);

  let intact: string;

  beforeAll(async () => {
    intact = await createTempFolder();
    await (await startEmbeddedPostgres({ dataDir: intact, log: () => undefined })).stop();
  });

  afterAll(() => removeFolder(intact));

  const damages: [string, () => Promise<unknown>, RegExp][] = [
    [
      'a truncated pg_control',
      () => truncate(cluster('data/global/pg_control'), 100),
      /did not start: (PANIC|FATAL): .*pg_control.*server\.log/,
    ],
    ['no PG_VERSION', () => rm(cluster('data/PG_VERSION')), /PG_VERSION is missing/],
    ['an empty PG_VERSION', () => truncate(cluster('data/PG_VERSION')), /PG_VERSION is missing or empty/],
    [
      'data of another version',
      () => writeFile(cluster('data/PG_VERSION'), '15\n'),
      /holds data of PostgreSQL 15, and the embedded server is 18\.\d+/,
    ],
    ['no password', () => rm(cluster('password')), /password.*is missing/],
    ['a wrong password', () => writeFile(cluster('password'), 'wrong'), /does not accept the password/],
  ];

  it.each(damages)('says so and touches nothing: %s', async (_name, damage, expected) => {
    execFileSync('cp', ['-a', intact, dataDir]);
    await damage();
    const before = await listFiles();

    const refusal = await refusalOf(start());

    expect(refusal).toMatch(expected);
    expect(refusal).not.toContain('\n');
    expect(await listFiles()).toEqual(before);
    expect(await findLeftServer(dataDir)).toBeNull();
  });

  it('says so and touches nothing: a folder of somebody else in the place of the database', async () => {
    await mkdir(cluster(), { recursive: true });
    await writeFile(cluster('thesis.txt'), 'ten years of work');

    expect(await refusalOf(start())).toContain('holds no usable database');
    expect(await readFile(cluster('thesis.txt'), 'utf8')).toBe('ten years of work');
    expect(await readdir(cluster())).toEqual(['thesis.txt']);
  });

  it('says so: DATA_DIR is a file', async () => {
    await writeFile(dataDir, 'a file');

    expect(await refusalOf(start())).toBe(`DATA_DIR ${dataDir} can't be used: it is a file, not a folder`);
    expect(await readFile(dataDir, 'utf8')).toBe('a file');
  });

  it('says so: DATA_DIR is below a file', async () => {
    await writeFile(dataDir, 'a file');

    expect(await refusalOf(start(join(dataDir, 'deeper')))).toMatch(/DATA_DIR .* can't be used: ENOTDIR/);
  });

  it('says so: the database is a file', async () => {
    await mkdir(dataDir);
    await writeFile(cluster(), 'a file');

    expect(await refusalOf(start())).toContain('should be the folder of the database, but it is a file');
    expect(await readFile(cluster(), 'utf8')).toBe('a file');
  });

  it('says so: the files behind the link are gone', async () => {
    await mkdir(dataDir);
    await symlink(join(folder, 'gone'), cluster());

    expect(await refusalOf(start())).toContain('links to database files that are gone');
    expect((await lstat(cluster())).isSymbolicLink()).toBe(true);
  });

  /** Every file of the cluster and its size, without the server's log and what any start of a server rewrites. */
  async function listFiles(): Promise<string[]> {
    const entries = await readdir(cluster(), { recursive: true, withFileTypes: true });
    const files = entries.filter(
      (entry) => entry.isFile() && !/server\.log|postmaster|pg_internal\.init/.test(entry.name),
    );
    const paths = files.map((entry) => join(entry.parentPath, entry.name));
    return Promise.all(paths.map(async (path) => `${path} ${(await stat(path)).size}`));
  }
});
