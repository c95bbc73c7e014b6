import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { requireSameAnswers } from '../benchmark/harness/answer';
import { interleave } from '../benchmark/harness/interleave';
import { takeSample } from '../benchmark/harness/sample';
import { warmUp } from '../benchmark/harness/warm-up';
import { cardAt } from '../benchmark/load/card-at';
import { parseBenchOptions } from '../benchmark/options';
import { alone, measure, median } from '../benchmark/row';
import { apart } from '../benchmark/rows/writes';
import { table } from '../benchmark/table';
import { afterTest } from '../setup/after-test';
import { createTempFolder, removeFolder } from '../setup/temp-folder';

const PROGRAM = resolve(__dirname, '../../scripts/bench.mjs');
const GIVEN = { name: 'hit', metric: 'CPU µs/request', value: 120, beside: 'a peer', beside_value: 100 };

const run = (...args: string[]): Promise<{ stdout: string; stderr: string }> =>
  promisify(execFile)(process.execPath, [PROGRAM, ...args]);

describe('npm run bench', () => {
  it('measures a row beside its peer over a database of its own, and writes what it found', async () => {
    const folder = await createTempFolder();
    try {
      const file = join(folder, 'bench.json');
      const turns = ['--rounds', '1', '--warm-up', '0'];
      const { stdout } = await run('--quick', '--only', 'hit-in-process', ...turns, '--json', file);
      const { machine, quick, rows } = JSON.parse(await readFile(file, 'utf8')) as {
        machine: object;
        quick: boolean;
        rows: object[];
      };

      expect(Object.keys(machine)).toEqual(['cpu', 'cores', 'memory_gib', 'node', 'load_before']);
      expect(quick).toBe(true);
      expect(rows).toHaveLength(4);
      expect(rows[0]).toEqual({
        name: 'hit, in process',
        metric: 'CPU µs/request',
        value: expect.any(Number) as number,
        beside: 'bare Fastify',
        beside_value: expect.any(Number) as number,
        ratio: expect.any(Number) as number,
        target: 'ratio <= 1.15',
        met: expect.any(Boolean) as boolean,
      });
      expect(rows.slice(1)).toMatchObject(
        ['requests/s', 'p50 ms', 'p99 ms'].map((metric) => ({ metric, target: null, met: null })),
      );
      expect(stdout).toMatch(/^hit, in process +CPU µs\/request +[\d.,]+ +bare Fastify/m);
      expect(stdout).toContain('These figures are rough');
    } finally {
      await removeFolder(folder);
    }
  });

  it('names a row that there is not', async () => {
    await expect(run('--only', 'hit-redis,nothing')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('there is no row nothing') as string,
    });
  });
});

describe(parseBenchOptions.name, () => {
  const namesOf = (...args: string[]): string[] => parseBenchOptions(args).rows.map(({ name }) => name);

  it('takes fewer and shorter turns for a quick run, unless it is told', () => {
    expect(parseBenchOptions([])).toMatchObject({ quick: false, rounds: 5, seconds: 2, warmUp: 10 });
    expect(parseBenchOptions(['--quick', '--seconds', '4'])).toMatchObject({
      ...{ quick: true, rounds: 3, seconds: 4, warmUp: 10, database: null },
    });
  });

  it('leaves out the rows that need a large history, unless they are named', () => {
    expect(namesOf()).toEqual(expect.arrayContaining(['hit-redis', 'size']));
    expect(namesOf('--quick')).toContain('hit-redis');
    expect(namesOf('--quick')).not.toContain('size');
    expect(namesOf('--quick', '--only', 'refusal,miss')).toEqual(['miss', 'refusal']);
  });

  it.each(['--quickly', '--quick=yes', '--rounds=0', '--seconds=1.5'])('refuses %s', (option) => {
    expect(() => parseBenchOptions([option])).toThrow('see --help');
  });
});

describe(measure.name, () => {
  it('holds the ratio against the most or the least that it may be, ends included', () => {
    expect(measure(GIVEN, { most: 1.2 })).toEqual({
      ...{ ...GIVEN, ratio: 1.2, target: 'ratio <= 1.2', met: true },
    });
    expect(measure(GIVEN, { most: 1.1 })).toMatchObject({ target: 'ratio <= 1.1', met: false });
    expect(measure(GIVEN, { least: 1.2 })).toMatchObject({ target: 'ratio >= 1.2', met: true });
    expect(measure(GIVEN, { least: 1.3 })).toMatchObject({ target: 'ratio >= 1.3', met: false });
  });

  it('holds the value itself against a limit, beside a ratio and alone', () => {
    expect(measure(GIVEN, { mostValue: 120 })).toMatchObject({ target: 'value <= 120', met: true });
    expect(measure(GIVEN, { most: 2, mostValue: 119 })).toMatchObject({
      target: 'ratio <= 2, value <= 119',
      met: false,
    });
    expect(alone('fare', 'boardings/s', 7, { leastValue: 8 })).toMatchObject({
      ...{ beside_value: null, ratio: null, target: 'value >= 8', met: false },
    });
  });

  it('judges nothing without a target, or without a peer', () => {
    expect(measure(GIVEN)).toMatchObject({ ratio: 1.2, target: null, met: null });
    const withoutPeer = { ...GIVEN, beside_value: null };
    expect(measure(withoutPeer, { most: 2 })).toMatchObject({ ratio: null, target: 'ratio <= 2', met: null });
    expect(measure(withoutPeer, { most: 2, mostValue: 119 })).toMatchObject({ met: false });
    expect(alone('CPU', 'ms', NaN, { mostValue: 2 })).toMatchObject({ target: 'value <= 2', met: null });
  });
});

describe(median.name, () => {
  it('is the middle one, or the mean of the two in the middle', () => {
    expect([median([9, 1, 5]), median([1, 9, 5, 6])]).toEqual([5, 5.5]);
  });
});

describe(interleave.name, () => {
  it('takes turns, there and back again', async () => {
    const turns: string[] = [];
    const side = (name: string) => (): Promise<number> => Promise.resolve(turns.push(name));
    const results = await interleave({ a: side('a'), b: side('b') }, 3);

    expect(turns).toEqual(['a', 'b', 'b', 'a', 'a', 'b']);
    expect(results).toEqual({ a: [1, 4, 5], b: [2, 3, 6] });
  });
});

describe(warmUp.name, () => {
  it('goes on until a side has answered enough, or has had its turns', async () => {
    const turns: string[] = [];
    const side = (name: string, requests: number) => () =>
      Promise.resolve({ requests, turn: turns.push(name) });
    await warmUp({ fast: side('fast', 500), slow: side('slow', 10) }, 1_000, 3);

    expect(turns).toEqual(['fast', 'slow', 'fast', 'slow', 'slow']);
  });
});

describe(requireSameAnswers.name, () => {
  const answering = async (headers: Record<string, string>, body = '{}'): Promise<{ url: string }> => {
    const server = createServer((_request, response) => response.writeHead(200, headers).end(body));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    afterTest(async () => {
      const closed = once(server.close(), 'close');
      server.closeAllConnections();
      await closed;
    });
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  };

  it('takes answers that differ in their age and their id alone', async () => {
    const servers = [
      await answering({ etag: '"1"', age: '1', 'x-request-id': 'a' }),
      await answering({ etag: '"1"', age: '7', 'x-request-id': 'b' }),
    ];

    await requireSameAnswers(servers, '/');
  });

  it('refuses another header, another value and other bytes', async () => {
    const ours = await answering({ etag: '"1"', age: '1' });
    const others = [
      await answering({ etag: '"1"', age: '1', vary: 'origin' }),
      await answering({ etag: '"2"', age: '1' }),
      await answering({ etag: '"1"', age: '1' }, '[]'),
    ];

    for (const other of others)
      await expect(requireSameAnswers([ours, other], '/')).rejects.toThrow('differ');
  });
});

describe(takeSample.name, () => {
  const turn = (hits: number) =>
    takeSample({ pid: process.pid, expected: ['200 HIT'] }, () =>
      Promise.resolve({
        ...{ sent: 100, requests: 100, seconds: 2, p50: 1, p99: 3 },
        answers: { '200 HIT': hits, '200 MISS': 100 - hits },
      }),
    );

  it('takes a turn of the expected answers, but for one in twenty', async () => {
    expect(await turn(95)).toMatchObject({ perSecond: 50, p50: 1, p99: 3, databaseCpu: null });
    await expect(turn(94)).rejects.toThrow('200 HIT was expected of 100 answers');
  });
});

describe(apart.name, () => {
  it('leaves the statements of a script, and nothing of their messages', () => {
    expect(
      apart('\\startpipeline\nBEGIN ISOLATION LEVEL READ COMMITTED;\nSELECT 1;\n\\endpipeline\nCOMMIT;\n'),
    ).toBe('BEGIN ISOLATION LEVEL READ COMMITTED;\nSELECT 1;\nCOMMIT;\n');
  });
});

describe(cardAt.name, () => {
  it.each([1, 2, 1_000, 14_286])('meets each of %d cards once before any twice', (count) => {
    const cards = Array.from({ length: count }, (_, n) => cardAt({ first: 7, count, taken: 3 }, n));

    expect(new Set(cards).size).toBe(count);
    expect([Math.min(...cards), Math.max(...cards)]).toEqual([7, 6 + count]);
  });
});

describe(table.name, () => {
  it('lines columns up, and says what was not measured', () => {
    const measures = [measure(GIVEN, { most: 1.1 }), measure({ ...GIVEN, beside_value: null }, { least: 2 })];

    expect(table(measures)).toEqual([
      'what  metric          value  beside         value  ratio  target',
      'hit   CPU µs/request    120  a peer           100   1.20  ratio <= 1.1  NOT MET',
      'hit   CPU µs/request    120  a peer  not measured         ratio >= 2',
    ]);
  });
});
