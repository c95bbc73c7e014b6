import { setTimeout as sleep } from 'node:timers/promises';
import type { EntityManager } from 'typeorm';
import { connect } from '../../../test/builders/connect';
import { afterTest } from '../../../test/setup/after-test';
import { CacheInstance } from '../../../test/setup/cache-instance';
import { createDatabase } from '../../../test/setup/database';
import { AUDIT, writeRequest } from '../../../test/setup/write-request';
import { LOCK_SEED } from './idempotency-keys';
import { partOf } from './write-request';
import { Writes } from './writes';

/** Enough for more polls of the key than a write makes attempts, in milliseconds. */
const LONG_WAIT_MS = 1_000;

let instance: CacheInstance;
let url: string;

beforeEach(async () => {
  const database = await createDatabase();
  afterTest(() => database.drop());
  ({ url } = database);
  instance = await CacheInstance.open({ databaseUrl: url });
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

    const writing = instance.writes.run({ evicts, request: writeRequest() }, (manager) => ({
      response: 'written',
      touches: 'fact',
      audit: AUDIT,
      change: () => change(manager),
    }));

    await expect(writing).rejects.toThrow('current transaction is aborted');
    expect(await instance.see('fact')).toBe('MISS 0');
    expect(await instance.raise('fact')).toBe('fact');
    expect(await instance.see('fact')).toBe('MISS 1');
  });

  it('commits none of its statements when one of them is refused, and says what that means', async () => {
    await instance.see('fact');
    const insert = { text: 'INSERT INTO facts (name, version) VALUES ($1, $2)', values: ['fact', 1] };
    const refused = { text: 'SELECT 1 / $1::int', values: [0], meaningOf: () => new Error('not by zero') };

    const writing = instance.writes.run({ evicts, request: writeRequest() }, () => ({
      response: 'written',
      touches: 'fact',
      audit: AUDIT,
      statements: [insert, refused],
    }));

    await expect(writing).rejects.toThrow('not by zero');
    expect(await instance.see('fact')).toBe('MISS 0');
    expect(await openTransactions()).toBe(0);
  });

  it('commits nothing when one of its statements cannot be sent', async () => {
    const circle: { itself?: unknown } = {};
    circle.itself = circle;
    const insert = { text: 'INSERT INTO facts (name, version) VALUES ($1, $2)', values: ['fact', 1] };

    const writing = instance.writes.run({ evicts, request: writeRequest() }, () => ({
      response: 'written',
      touches: 'fact',
      audit: AUDIT,
      statements: [insert, { text: 'SELECT $1::jsonb', values: [circle] }],
    }));

    await expect(writing).rejects.toThrow('circular');
    expect(await instance.see('fact')).toBe('MISS 0');
    expect(await openTransactions()).toBe(0);
  });

  it('tries again when its key was given another response in the meantime, and replays that', async () => {
    const request = writeRequest({ key: 'key' });
    const other = await connect(url);
    afterTest(() => other.end());
    let runs = 0;

    const answer = await instance.writes.run({ evicts, request }, async () => {
      runs += 1;
      // Another process whose clock is ahead did not find the advisory lock either.
      await other.query(
        `INSERT INTO idempotency_keys (idempotency_key, client, fingerprint, status, body, created_at)
         VALUES ('key', $1, $2, 200, '"first"', now())`,
        [request.client, request.fingerprint],
      );
      return { response: 'second', nothingToDo: true };
    });

    expect([answer, runs]).toEqual(['first', 1]);
  });

  it('prefetches in the transaction that it works in', async () => {
    const prefetch = async (manager: EntityManager): Promise<unknown> =>
      manager.query('SELECT pg_current_xact_id_if_assigned()::text AS id, now() AS begun');

    await instance.writes.run({ evicts, request: writeRequest(), prefetch }, async (manager, found) => {
      expect(found).toEqual(await prefetch(manager));
      expect(found).toEqual([{ id: expect.any(String) as string, begun: expect.anything() as unknown }]);
      return { response: null, nothingToDo: true };
    });
    expect.assertions(2);
  });

  it('sends also a statement without parameters in its message, prepared once for each connection', async () => {
    const prefetch = async (manager: EntityManager): Promise<unknown> => {
      await manager.query('SELECT 1 AS one');
      return manager.query('SELECT statement FROM pg_prepared_statements');
    };

    await instance.writes.run({ evicts, request: writeRequest(), prefetch }, (_manager, prepared) => {
      expect(prepared).toContainEqual({ statement: 'SELECT 1 AS one' });
      return { response: null, nothingToDo: true };
    });
    expect.assertions(1);
  });

  it('sends nothing over its connection when that may be used by another already', async () => {
    let kept: EntityManager | undefined;

    await instance.writes.run({ evicts, request: writeRequest() }, (manager) => {
      kept = manager;
      return { response: null, nothingToDo: true };
    });

    await expect(kept?.query('SELECT 1 AS one')).rejects.toThrow('already released');
  });

  it('is refused when the prefetch is', async () => {
    const prefetch = (): Promise<never> => Promise.reject(new Error('there is none'));

    const writing = instance.writes.run({ evicts, request: writeRequest(), prefetch }, (manager) => ({
      response: 'written',
      touches: 'fact',
      audit: AUDIT,
      change: () => write(manager, 'fact'),
    }));

    await expect(writing).rejects.toThrow('there is none');
    expect(await instance.see('fact')).toBe('MISS 0');
  });

  it('runs again after a deadlock, however long it waited for its key before', async () => {
    // The first write of an epoch waits for other reasons.
    await instance.raise('other');
    const holder = await connect(url);
    afterTest(() => holder.end());
    await holder.query(
      `SELECT pg_advisory_lock(hashtextextended('key', hashtextextended('', ${LOCK_SEED})))`,
    );
    const request = writeRequest({ key: 'key' });
    const released = sleep(LONG_WAIT_MS).then(() => holder.query('SELECT pg_advisory_unlock_all()'));
    let runs = 0;

    const answer = await instance.writes.run({ evicts, request }, async (manager) => {
      runs += 1;
      if (runs === 1) await manager.query(`DO $$ BEGIN RAISE EXCEPTION SQLSTATE '40P01'; END $$`);
      return { response: 'written', touches: 'fact', audit: AUDIT, change: () => write(manager, 'fact') };
    });

    await released;
    expect([answer, runs]).toEqual(['written', 2]);
  });

  it('replays a response that is stored under the key, and leaves no transaction open', async () => {
    const replayed = jest.fn();
    const request = writeRequest({ key: 'key', replayed });
    const writing = (response: string): Promise<string> =>
      instance.writes.run({ evicts, request }, (manager) => ({
        response,
        touches: 'fact',
        audit: AUDIT,
        change: () => write(manager, 'fact'),
      }));

    expect(await writing('first')).toBe('first');
    expect(replayed).not.toHaveBeenCalled();
    expect(await writing('second')).toBe('first');
    expect(replayed).toHaveBeenCalledTimes(1);
    expect(await openTransactions()).toBe(0);
  });

  it('replays what the work found, stores it under the key, and marks nothing', async () => {
    await instance.see('fact');
    const replayed = jest.fn();
    const request = writeRequest({ key: 'key', replayed });
    const replaying = (response: string): Promise<string> =>
      instance.writes.run({ evicts, request }, () => ({ response, replay: true }));

    expect([await replaying('first'), await replaying('second')]).toEqual(['first', 'first']);
    expect(replayed).toHaveBeenCalledTimes(2);
    expect(await instance.see('fact')).toBe('HIT 0');
  });

  it('leaves one row of the trail with each change, and none of what was rolled back or changed nothing', async () => {
    const options = { evicts, request: writeRequest() };
    const refuse = (): Promise<never> => Promise.reject(new Error('refused'));
    const audit = { object: { kind: 'fact', id: 7 }, changes: { version: 1 } };
    await instance.writes.run(options, () => ({ response: null, touches: 'fact', audit }));
    await instance.writes.run(options, () => ({ response: null, nothingToDo: true }));
    await instance.writes.run(options, () => ({ response: null, replay: true }));
    const part = { evicts, request: partOf(writeRequest(), 'part') };
    const other = { object: { kind: 'fact', id: 8 }, changes: { version: 1 } };
    await instance.writes.run(part, () => ({ response: null, touches: 'fact', audit: other }));
    const refused = instance.writes.run(options, () => ({
      response: null,
      touches: 'fact',
      audit: AUDIT,
      change: refuse,
    }));

    await expect(refused).rejects.toThrow('refused');
    expect(
      await instance.dataSource.query(
        'SELECT operation, object_id, changes FROM audit_entries ORDER BY entry_id',
      ),
    ).toEqual([
      // printf 1 | sha256sum
      { operation: 'POST /facts', object_id: '7', changes: { version: '6b86b273ff34' } },
      { operation: 'POST /facts', object_id: '8', changes: { version: '6b86b273ff34' } },
    ]);
  });

  it('changes nothing when its row of the trail is refused', async () => {
    await instance.dataSource.query('DROP TABLE audit_entries');
    const writing = instance.writes.run({ evicts, request: writeRequest() }, (manager) => ({
      response: 'written',
      touches: 'fact',
      audit: AUDIT,
      change: () => write(manager, 'fact'),
    }));

    await expect(writing).rejects.toThrow('audit_entries');
    expect(await instance.see('fact')).toBe('MISS 0');
  });

  it('reads no other keys, also over a connection that planned that while there were none', async () => {
    const client = await connect(url);
    afterTest(() => client.end());
    const read = async (): Promise<unknown> => {
      await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
      await client.query(
        `SELECT body FROM take_idempotency_key('', 'key', ${LOCK_SEED}, now() - interval '1 day')`,
      );
      const { rows } = await client.query<{ read: number }>(
        `SELECT (seq_tup_read + idx_tup_fetch)::int AS read FROM pg_stat_xact_user_tables
         WHERE relname = 'idempotency_keys'`,
      );
      await client.query('COMMIT');
      return rows[0]?.read;
    };
    await client.query('VACUUM (ANALYZE) idempotency_keys');
    // The plan of the sixth call is kept.
    for (let call = 1; call <= 6; call += 1) await read();

    await client.query(
      `INSERT INTO idempotency_keys (idempotency_key, client, fingerprint, status, body, created_at)
       SELECT 'other ' || n, '', sha256('other'), 200, 'null', now() FROM generate_series(1, 500) AS n`,
    );

    expect(await read()).toBe(0);
  });

  it('finds and takes keys of its own client only', async () => {
    const run = (client: string): Promise<string> =>
      instance.writes.run({ evicts, request: writeRequest({ key: 'key', client }) }, () => ({
        response: `of ${client}`,
        nothingToDo: true,
      }));
    const find = (client: string): Promise<unknown> =>
      instance.writes.findStored(writeRequest({ key: 'key', client }));

    expect([await run('a'), await find('b'), await run('b'), await run('a')]).toEqual([
      'of a',
      null,
      'of b',
      'of a',
    ]);
    expect([await find('a'), await find('b'), await find('')]).toEqual(['of a', 'of b', null]);
  });

  it('releases its marks after the commit, and after a refusal', async () => {
    await instance.raise('fact');
    expect(await instance.see('fact')).toBe('MISS 1');
    const refused = instance.writes.run({ evicts, request: writeRequest() }, () => ({
      response: null,
      touches: 'fact',
      audit: AUDIT,
      change: () => Promise.reject(new Error('refused')),
    }));

    await expect(refused).rejects.toThrow('refused');
    expect(await instance.see('fact')).toBe('MISS 1');
  });

  it('runs again after the unique violation that it names, and finds what the other has written', async () => {
    await instance.raise('other');
    const options = {
      evicts,
      request: writeRequest(),
      retryOnUniqueViolation: 'facts_pkey',
      prefetch: (manager: EntityManager) =>
        manager.query<unknown[]>(`SELECT version FROM facts WHERE name = 'fact'`),
    };
    let runs = 0;
    const response = await instance.writes.run(options, async (manager, found) => {
      runs += 1;
      if (found.length > 0) return { response: 'found', replay: true };
      await instance.raise('fact');
      return { response: 'written', touches: 'fact', audit: AUDIT, change: () => write(manager, 'fact') };
    });

    expect([response, runs]).toEqual(['found', 2]);
  });
});

async function openTransactions(): Promise<number> {
  const observer = await connect(url);
  afterTest(() => observer.end());
  const { rows } = await observer.query(
    `SELECT FROM pg_stat_activity
     WHERE datname = current_database() AND state LIKE 'idle in transaction%' AND pid <> pg_backend_pid()`,
  );
  return rows.length;
}
