import { readVariable } from '../../../test/setup/variables';
import type * as module from './preparing-client';

/** What a process of its own would load. */
function load(): typeof module {
  let loaded: typeof module | undefined;
  jest.isolateModules(() => (loaded = jest.requireActual('./preparing-client')));
  if (!loaded) throw new Error('nothing was loaded');
  return loaded;
}

/** The names under which the server keeps what a new process asked on one connection. */
async function namesAfter(statements: readonly string[]): Promise<Map<string, string>> {
  const { PreparingClient } = load();
  const client = new PreparingClient({ connectionString: readVariable('TEST_POSTGRES_URL') });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement, [1]);
    const { rows } = await client.query<{ name: string; statement: string }>(
      'SELECT name, statement FROM pg_prepared_statements',
    );
    return new Map(rows.map(({ name, statement }) => [statement, name]));
  } finally {
    await client.end();
  }
}

describe('PreparingClient', () => {
  const [one, other] = ['SELECT $1::int + 1', 'SELECT $1::int + 2'];

  it('gives a statement the same name in every process, and no other statement that name', async () => {
    const here = await namesAfter([one, other]);
    const there = await namesAfter([other, one]);

    expect(new Set(here.values()).size).toBe(2);
    expect([...there].sort()).toEqual([...here].sort());
  });

  describe('in one message', () => {
    let client: module.PreparingClient;

    beforeEach(async () => {
      const { PreparingClient } = load();
      client = new PreparingClient({ connectionString: readVariable('TEST_POSTGRES_URL') });
      await client.connect();
      await client.query('CREATE TEMPORARY TABLE facts (name text PRIMARY KEY, version int)');
    });

    afterEach(() => client.end());

    const insert = (name: string): Promise<unknown> =>
      client.query('INSERT INTO facts VALUES ($1, 1)', [name]);
    const divide = (by: number): Promise<{ rows: unknown[] }> =>
      client.query('SELECT 1 / $1::int AS n', [by]);
    const names = async (): Promise<unknown> =>
      (await client.query<{ name: string }>('SELECT name FROM facts ORDER BY name', [])).rows;
    const codes = async (sent: readonly Promise<unknown>[]): Promise<unknown[]> =>
      (await Promise.allSettled(sent)).map((one) =>
        one.status === 'fulfilled' ? 'done' : (one.reason as { code: string }).code,
      );

    it('returns the rows of each statement', async () => {
      const sent = [divide(1), client.query('SELECT $1::text AS t, NULL AS none', ['x']), divide(1)];

      expect((await Promise.all(sent)).map(({ rows }) => rows)).toEqual([
        [{ n: 1 }],
        [{ t: 'x', none: null }],
        [{ n: 1 }],
      ]);
    });

    it('runs no statement behind a refused one, not even COMMIT', async () => {
      const sent = [
        client.query('BEGIN ISOLATION LEVEL READ COMMITTED', []),
        insert('a'),
        divide(0),
        insert('b'),
        client.query('COMMIT', []),
      ];

      expect(await codes(sent)).toEqual(['done', 'done', '22012', '25P02', '25P02']);
      await client.query('ROLLBACK');
      expect(await names()).toEqual([]);
    });

    it('says of statements without a transaction that they were undone with the refused one', async () => {
      expect(await codes([insert('a'), divide(0)])).toEqual(['22012', '22012']);
      expect(await names()).toEqual([]);
    });

    it('runs a statement that was skipped when it comes again', async () => {
      await codes([divide(0), insert('a')]);
      await insert('a');

      expect(await names()).toEqual([{ name: 'a' }]);
    });

    it('sends nothing behind a statement that cannot be sent', async () => {
      const circle: { itself?: unknown } = {};
      circle.itself = circle;
      const sent = [
        client.query('BEGIN ISOLATION LEVEL READ COMMITTED', []),
        insert('a'),
        client.query('SELECT $1::jsonb', [circle]),
        client.query('COMMIT', []),
      ];

      expect(await codes(sent)).toEqual(['done', 'done', undefined, '25P02']);
      await client.query('ROLLBACK');
      expect(await names()).toEqual([]);
    });

    it('never reads the rows of a statement by columns that have changed since', async () => {
      await insert('a');
      const read = (): Promise<{ rows: unknown[] }> => client.query('SELECT version FROM facts', []);
      expect((await read()).rows).toEqual([{ version: 1 }]);
      await client.query('ALTER TABLE facts ALTER version TYPE text');

      const refused = await codes([read(), divide(1)]);
      expect(refused).toEqual(['0A000', '25P02']);
    });

    it('prepares all statements anew when one was outdated by a change of a table', async () => {
      await insert('a');
      const reads = ['SELECT version FROM facts', 'SELECT version AS v FROM facts'];
      const readAll = (): Promise<{ rows: unknown[] }[]> =>
        Promise.all(reads.map((statement) => client.query(statement, [])));
      await readAll();
      await client.query('ALTER TABLE facts ALTER version TYPE text');
      await expect(readAll()).rejects.toThrow('cached plan must not change result type');

      expect((await readAll()).map(({ rows }) => rows)).toEqual([[{ version: '1' }], [{ v: '1' }]]);
      expect((await readAll()).map(({ rows }) => rows)).toEqual([[{ version: '1' }], [{ v: '1' }]]);
    });

    it('rejects all of them when the connection is lost', async () => {
      const sent = [client.query('SELECT pg_sleep($1)', [10]), divide(1)];
      const settled = Promise.allSettled(sent);
      const { stream } = (client as unknown as { connection: { stream: { destroy(): void } } }).connection;
      setTimeout(() => stream.destroy(), 50);

      expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    });
  });
});
