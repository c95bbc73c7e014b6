import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { findFreePort } from '../../src/platform/postgres/embedded/free-port';
import { fetchDebianPackage } from './debian-package';
import { reapAfterExit } from './reaper';
import { createTempFolder, removeFolder } from './temp-folder';
import { until } from './until';

const run = promisify(execFile);

export const MONITORING = join(__dirname, '..', '..', 'docker', 'monitoring');

/** Prometheus and its tool: those of this machine, or of the distribution's package, fetched without root. */
interface Programs {
  readonly prometheus: string;
  readonly promtool: string;
}

async function findPrograms(): Promise<Programs> {
  const installed = { prometheus: 'prometheus', promtool: 'promtool' };
  if ((await works('prometheus')) && (await works('promtool'))) return installed;
  const { command } = await fetchDebianPackage({
    name: 'prometheus',
    packages: ['prometheus'],
    command: 'usr/bin/prometheus',
  });
  return { prometheus: command, promtool: join(dirname(command), 'promtool') };
}

function works(command: string): Promise<boolean> {
  return run(command, ['--version']).then(
    () => true,
    () => false,
  );
}

/** Runs promtool in the folder of the rules. Returns what it says; rejects with that where it finds something wrong. */
export async function promtool(...args: readonly string[]): Promise<string> {
  const programs = await findPrograms();
  const { stdout, stderr } = await run(programs.promtool, args, { cwd: MONITORING }).catch(
    (error: unknown) => {
      const { stdout: said = '', stderr: complained = '' } = error as { stdout?: string; stderr?: string };
      throw new Error(`promtool ${args.join(' ')}:\n${said}${complained}`, { cause: error });
    },
  );
  return stdout + stderr;
}

/** A rule as Prometheus has read it: `record` if it has no severity. */
export interface Rule {
  readonly name: string;
  readonly query: string;
  readonly type: 'alerting' | 'recording';
  readonly annotations?: Readonly<Record<string, string>>;
  readonly health: string;
  readonly lastError?: string;
}

/** A Prometheus of its own, with the configuration that is in docker/monitoring, which scrapes one target each second. */
export class Prometheus {
  private constructor(
    private readonly url: string,
    readonly stop: () => Promise<void>,
  ) {}

  /** @param target host and port of the metrics. */
  static async start(target: string): Promise<Prometheus> {
    const { prometheus } = await findPrograms();
    const [port, folder] = [await findFreePort(), await createTempFolder()];
    const settings = (await readFile(join(MONITORING, 'prometheus.yml'), 'utf8'))
      .replace('[api:9464]', `['${target}']`)
      .replaceAll('interval: 15s', 'interval: 1s')
      .replace('scrape_timeout: 5s', 'scrape_timeout: 1s');
    await writeFile(join(folder, 'prometheus.yml'), settings);
    await copyFile(join(MONITORING, 'alerts.yml'), join(folder, 'alerts.yml'));
    const child = spawn(
      prometheus,
      [
        `--config.file=${join(folder, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let output = '';
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const callOffReaper = reapAfterExit('kill -KILL "$1"; rm -rf "$2"', String(child.pid), folder);
    const ended = once(child, 'exit').then(callOffReaper);
    const url = `http://127.0.0.1:${port}`;
    await until('Prometheus is ready', async () => {
      if (child.exitCode !== null) throw new Error(`Prometheus did not start:\n${output}`);
      const answer = await fetch(`${url}/-/ready`).catch(() => null);
      await answer?.arrayBuffer();
      return answer?.status === 200;
    });
    return new Prometheus(url, async () => {
      child.kill('SIGKILL');
      await ended;
      await removeFolder(folder);
    });
  }

  async rules(): Promise<Rule[]> {
    const { groups } = await this.ask<{ groups: { rules: Rule[] }[] }>('/api/v1/rules');
    return groups.flatMap(({ rules }) => rules);
  }

  /** How many series an expression gives now. */
  async count(expression: string): Promise<number> {
    const { result } = await this.ask<{ result: unknown[] }>(
      `/api/v1/query?query=${encodeURIComponent(expression)}`,
    );
    return result.length;
  }

  private async ask<Data>(path: string): Promise<Data> {
    const response = await fetch(this.url + path);
    const body = (await response.json()) as { status: string; data: Data; error?: string };
    if (body.status !== 'success') throw new Error(`Prometheus refused ${path}: ${body.error ?? ''}`);
    return body.data;
  }
}
