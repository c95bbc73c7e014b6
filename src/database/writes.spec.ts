import type { EntityManager } from 'typeorm';
import { afterTest } from '../../test/setup/after-test';
import { CacheInstance } from '../../test/setup/cache-instance';
import { createDatabase } from '../../test/setup/database';
import { Writes } from './writes';

let instance: CacheInstance;

beforeEach(async () => {
  const database = await createDatabase();
  afterTest(() => database.drop());
  instance = await CacheInstance.open({ databaseUrl: database.url });
  afterTest(() => instance.close());
  await instance.isTrusting();
});

const evicts = { templates: [], keysFor: (name: string): string[] => [name] };
const write = async (manager: EntityManager, name: string): Promise<unknown> =>
  manager.query('INSERT INTO facts (name, version) VALUES ($1, 1)', [name]);

describe(Writes.name, () => {
  it('acknowledges nothing when a statement was refused that nobody waited for', async () => {
    await instance.see('fact');
    const change = async (manager: EntityManager): Promise<void> => {
      await write(manager, 'fact');
      manager.query('SELECT 1 / 0').catch(() => undefined);
    };

    const writing = instance.writes.run({ evicts }, (manager) => ({
      answer: 'written',
      touches: 'fact',
      change: () => change(manager),
    }));

    await expect(writing).rejects.toThrow('the database answered COMMIT with ROLLBACK');
    expect(await instance.see('fact')).toBe('MISS 0');
    expect(await instance.raise('fact')).toBe('fact');
    expect(await instance.see('fact')).toBe('MISS 1');
  });

  it('looks in the transaction that it works in', async () => {
    const look = async (manager: EntityManager): Promise<unknown> =>
      manager.query('SELECT pg_current_xact_id_if_assigned()::text AS id, now() AS begun');

    await instance.writes.run({ evicts, look }, async (manager, found) => {
      expect(found).toEqual(await look(manager));
      expect(found).toEqual([{ id: expect.any(String) as string, begun: expect.anything() as unknown }]);
      return { answer: null, nothingToDo: true };
    });
    expect.assertions(2);
  });

  it('is refused by what it could not find', async () => {
    const look = (): Promise<never> => Promise.reject(new Error('there is none'));

    const writing = instance.writes.run({ evicts, look }, (manager) => ({
      answer: 'written',
      touches: 'fact',
      change: () => write(manager, 'fact'),
    }));

    await expect(writing).rejects.toThrow('there is none');
    expect(await instance.see('fact')).toBe('MISS 0');
  });
});
