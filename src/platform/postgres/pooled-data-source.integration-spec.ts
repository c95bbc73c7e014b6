import { QueryFailedError } from 'typeorm';
import { afterFile } from '../../../test/setup/after-test';
import { createDatabase } from '../../../test/setup/database';
import { startProxy } from '../../../test/setup/tcp-proxy';
import { AppConfig } from '../config/app-config';
import { parseEnvironment } from '../config/environment';
import { dataSourceOptions } from './data-source';
import { PooledDataSource } from './pooled-data-source';

let dataSource: PooledDataSource;

beforeAll(async () => {
  const database = await createDatabase();
  afterFile(() => database.drop());
  // The server's last words come alone: the end of the connection comes when it is used again.
  const proxy = await startProxy(database.url);
  proxy.delayEnds();
  afterFile(() => proxy.stop());
  // With one connection, whatever is not given back is missed at once.
  const config = new AppConfig(parseEnvironment({ DATABASE_POOL_SIZE: '1' }));
  dataSource = new PooledDataSource(dataSourceOptions(config, proxy.url));
  await dataSource.initialize();
  afterFile(() => dataSource.destroy());
  await dataSource.query('CREATE TABLE facts (id int PRIMARY KEY, value int)');
});

describe(PooledDataSource.name, () => {
  it('returns what a query runner would', async () => {
    const statements = [
      'INSERT INTO facts VALUES ($1, 1) RETURNING id',
      'SELECT id, value FROM facts WHERE id = $1',
      'UPDATE facts SET value = 2 WHERE id = $1 RETURNING value',
      'DELETE FROM facts WHERE id = $1',
    ];
    const pooled: unknown[] = [];
    for (const statement of statements) pooled.push(await dataSource.query(statement, [1]));
    const runner = dataSource.createQueryRunner();
    const ran: unknown[] = [];
    for (const statement of statements) ran.push(await runner.query(statement, [1]));
    await runner.release();

    expect(pooled).toEqual(ran);
    expect(pooled[2]).toEqual([[{ value: 2 }], 1]);
  });

  it('runs the statements of a transaction in it', async () => {
    const refused = dataSource.transaction(async (manager) => {
      await manager.query('INSERT INTO facts VALUES ($1, 1)', [2]);
      throw new Error('rolled back');
    });
    await expect(refused).rejects.toThrow('rolled back');
    expect(await dataSource.query('SELECT id FROM facts', [])).toEqual([]);
  });

  it('throws what a query runner would, and gives the connection back', async () => {
    for (const values of [undefined, []]) {
      const error: unknown = await dataSource
        .query('SELECT 1 / 0', values)
        .catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(QueryFailedError);
      expect(error).toMatchObject({ driverError: { code: '22012' } });
    }
    expect(await dataSource.query('SELECT 1 AS one', [])).toEqual([{ one: 1 }]);
  });

  it('runs a statement again that was outdated by a change of a table', async () => {
    await dataSource.query('INSERT INTO facts VALUES ($1, 1)', [7]);
    const read = (): Promise<unknown> => dataSource.query('SELECT value FROM facts WHERE id = $1', [7]);
    expect(await read()).toEqual([{ value: 1 }]);
    await dataSource.query('ALTER TABLE facts ALTER value TYPE text');

    expect(await read()).toEqual([{ value: '1' }]);
  });

  it.each([
    ['a statement', (text: string) => dataSource.query(text, [])],
    ['a transaction', (text: string) => dataSource.transaction((manager) => manager.query(text, []))],
  ])('gives a session that the server ended in %s to nobody else', async (_, run) => {
    await expect(run('SELECT pg_terminate_backend(pg_backend_pid())')).rejects.toBeInstanceOf(
      QueryFailedError,
    );
    expect(await dataSource.query('SELECT 1 AS one', [])).toEqual([{ one: 1 }]);
  });
});
