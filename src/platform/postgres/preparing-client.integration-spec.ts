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
});
