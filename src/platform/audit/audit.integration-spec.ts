import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Client } from 'pg';
import { DataSource, type EntityManager } from 'typeorm';
import { connect } from '../../../test/builders/connect';
import { afterFile, afterTest } from '../../../test/setup/after-test';
import { createDatabase } from '../../../test/setup/database';
import { liftGuards } from '../../../test/setup/guards';
import { startProxy } from '../../../test/setup/tcp-proxy';
import { createTempFolder, removeFolder } from '../../../test/setup/temp-folder';
import { until } from '../../../test/setup/until';
import { AppModule } from '../../app.module';
import { Dice } from '../../common/dice';
import { Clock } from '../../common/time/clock';
import { AppConfig } from '../config/app-config';
import { parseEnvironment } from '../config/environment';
import { dataSourceOptions } from '../postgres/data-source';
import { CheapAuditEntries1780000000032 } from '../postgres/migrations/1780000000032-cheap-audit-entries';
import { BEGIN_SNAPSHOT } from '../postgres/snapshot';
import { UnansweredCommits } from '../postgres/unanswered-commits';
import type { AuditEntry } from './audit-entry';
import { AuditQueue } from './audit-queue';
import type { Database } from '../access/access-key-store';
import { AuditTrail, insertEntry } from './audit-trail';
import { Personal } from '../../common/personal.decorator';
import { describeChanges } from './describe-changes';
import { digestOfSeal, markOf, NO_SEAL } from './seals/seal';
import { type Head, SealFile } from './seals/seal-file';
import { auditEntries, digestOfRow, selectCanonical } from './seals/sealed-source';
import { Sealer } from './seals/sealer';
import { type ChainBreak, type ChainOptions, type ChainProof, verifyChain } from './seals/verify-chain';
import { findForeign, findMissingGuards, findUnorderedSequences } from './seals/verify-guards';
import { verifyHeads } from './seals/verify-heads';
import { findOverdue } from './seals/verify-overdue';

const SEED = 20_261_128;
const APPEND_ONLY = '23001';
/** Puts a partition between the trail and its first one. */
const NESTED_PARTITION = `
  ALTER TABLE audit_entries DETACH PARTITION audit_entries_p0;
  ALTER TABLE audit_entries_p0 RENAME TO inner_part;
  CREATE TABLE outer_part (LIKE audit_entries INCLUDING DEFAULTS) PARTITION BY RANGE (entry_id);
  ALTER TABLE outer_part ATTACH PARTITION inner_part FOR VALUES FROM (0) TO (10000000);
  ALTER TABLE audit_entries ATTACH PARTITION outer_part FOR VALUES FROM (0) TO (10000000)`;

let url: string;
let client: Client;
let config: AppConfig;
let dataSource: DataSource;
let queue: AuditQueue;
let trail: AuditTrail;
let sealer: Sealer;
let sealFile: string;

/** A database of its own for each test, or for all of a block. */
async function open(after: typeof afterTest): Promise<void> {
  const database = await createDatabase();
  after(() => database.drop());
  ({ url } = database);
  const connection = await connect(url);
  client = connection;
  after(() => connection.end());
  const folder = await createTempFolder();
  after(() => removeFolder(folder));
  sealFile = join(folder, 'seals.ndjson');
  config = new AppConfig(parseEnvironment({ SEAL_FILE: sealFile }));
  const pool = await new DataSource(dataSourceOptions(config, url)).initialize();
  dataSource = pool;
  after(() => pool.destroy());
  queue = new AuditQueue(dataSource, new Clock(), new UnansweredCommits(1));
  trail = new AuditTrail(queue);
  sealer = new Sealer(dataSource, new Clock(), config);
}

beforeAll(() => {
  Logger.overrideLogger(false);
});

function entry(changes: Partial<AuditEntry> = {}): AuditEntry {
  return {
    occurredAt: new Date('2026-11-28T12:00:00.123Z'),
    client: 'recharge points of the south',
    keyId: 'a1b2c3d4',
    role: 'recharge_point',
    requestId: '7c41a0e2-1f',
    operation: 'POST /recharges',
    object: { kind: 'card', id: 17 },
    outcome: 'changed',
    changes: { amount: '0123456789ab' },
    reason: null,
    address: '10.0.0.7',
    ...changes,
  };
}

/** Entries 1 to 12 in seals of three, as four rounds of the job make them. */
async function fourSeals(): Promise<void> {
  for (let round = 1; round <= 4; round += 1) {
    for (let n = 1; n <= 3; n += 1) trail.note(entry({ object: { kind: 'card', id: round * 10 + n } }));
    await queue.flush();
    await sealed(round);
  }
}

/** Transactions of other tests in the same server keep rows open too: they end by and by. */
async function sealed(seals: number): Promise<void> {
  await until(`there are ${seals} seals`, async () => {
    await sealer.seal(auditEntries);
    const { rows } = await client.query<{ seals: number }>('SELECT count(*) AS seals FROM seals');
    return rows[0]?.seals === seals;
  });
}

async function prove(options: ChainOptions = {}): Promise<{ breaks: ChainBreak[]; proof: ChainProof }> {
  const reader = await connect(url);
  try {
    await reader.query(BEGIN_SNAPSHOT);
    return await proveIn(reader, options);
  } finally {
    await reader.end();
  }
}

async function proveIn(
  reader: Client,
  options: ChainOptions = {},
): Promise<{ breaks: ChainBreak[]; proof: ChainProof }> {
  const breaks: ChainBreak[] = [];
  const chain = verifyChain(reader, auditEntries, options);
  for (;;) {
    const next = await chain.next();
    if (next.done) return { breaks, proof: next.value };
    breaks.push(next.value);
  }
}

async function brokenHeads(): Promise<ChainBreak[]> {
  const breaks: ChainBreak[] = [];
  for await (const found of verifyHeads(client, auditEntries, new SealFile(sealFile).heads()))
    breaks.push(found);
  return breaks;
}

async function keptHeads(): Promise<Head[]> {
  const heads: Head[] = [];
  for await (const head of new SealFile(sealFile).heads()) heads.push(head);
  return heads;
}

/** What the owner of the database can do: compute all seals anew over the rows as they are now. */
async function forgeChain(): Promise<void> {
  const { rows: seals } = await client.query<{ number: number; through: number; at: string }>(
    `SELECT seal_number AS number, through_id AS through,
            to_char(sealed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at FROM seals ORDER BY 1`,
  );
  let previous: Buffer = NO_SEAL;
  let after = 0;
  for (const { number, through, at } of seals) {
    const { rows } = await client.query<Record<string, string | null>>(selectCanonical(auditEntries), [
      after,
      through,
      1_000,
    ]);
    const digests = rows.map((row) => digestOfRow(Object.values(row)));
    const rowsDigest = createHash('sha256').update(Buffer.concat(digests)).digest();
    const marks = rows.map((row, n) => markOf(Number(row.entry_id), through, digests[n] ?? NO_SEAL));
    previous = digestOfSeal(
      {
        source: 'audit_entries',
        number,
        throughId: through,
        rowCount: rows.length,
        rowsDigest,
        sealedAt: at,
      },
      previous,
    );
    await client.query(
      'UPDATE seals SET rows_digest = $1, digest = $2, row_marks = $3, row_count = $4 WHERE seal_number = $5',
      [rowsDigest, previous, Buffer.concat(marks), rows.length, number],
    );
    after = through;
  }
}

function record(manager: EntityManager, recorded: AuditEntry): Promise<unknown> {
  const { text, values } = trail.recording(recorded);
  return manager.query(text, [...values]);
}

describe(AuditTrail.name, () => {
  beforeEach(() => open(afterTest));

  it('has a change and its entry in one transaction, or neither', async () => {
    const runner = dataSource.createQueryRunner();
    afterTest(() => runner.release());
    for (const end of ['COMMIT', 'ROLLBACK']) {
      await runner.query('BEGIN ISOLATION LEVEL READ COMMITTED');
      await runner.query('SELECT pg_current_xact_id()');
      // In one message: nothing waits for the first.
      await Promise.all([
        runner.query('INSERT INTO feeds (name) VALUES ($1)', [end]),
        record(runner.manager, entry({ reason: end })),
      ]);
      await runner.query(end);
    }

    const { rows } = await client.query(
      'SELECT feeds.name, audit_entries.* FROM audit_entries FULL JOIN feeds ON reason = feeds.name',
    );
    expect(rows).toEqual([
      {
        name: 'COMMIT',
        entry_id: 1,
        occurred_at: new Date('2026-11-28T12:00:00.123Z'),
        client: 'recharge points of the south',
        key_id: 'a1b2c3d4',
        role: 'recharge_point',
        request_id: '7c41a0e2-1f',
        operation: 'POST /recharges',
        object_kind: 'card',
        object_id: '17',
        outcome: 'changed',
        changes: { amount: '0123456789ab' },
        reason: 'COMMIT',
        address: '10.0.0.7',
      },
    ]);
  });

  it('writes what is noted soon, in its order, whatever it is made of', async () => {
    queue.onApplicationBootstrap();
    const strange = ['a\0b', '\ud800', "'; --", 'ñ'.repeat(5_000)];
    for (const reason of strange)
      trail.note(entry({ outcome: 'refused', reason, object: null, changes: null }));

    await until(
      'they are there',
      async () => (await client.query('SELECT FROM audit_entries')).rowCount === 4,
    );
    const { rows } = await client.query<{ reason: string }>(
      'SELECT reason FROM audit_entries ORDER BY entry_id',
    );
    expect(rows.map(({ reason }) => reason)).toEqual(['ab', '\ufffd', "'; --", 'ñ'.repeat(255)]);
    await queue.beforeApplicationShutdown();
  });

  it('is written before the process ends, and keeps what the database could not take', async () => {
    trail.note(entry({ outcome: 'read' }));
    await client.query('BEGIN ISOLATION LEVEL READ COMMITTED; LOCK TABLE audit_entries IN EXCLUSIVE MODE');
    const flushing = queue.flush();
    trail.note(entry({ outcome: 'refused' }));
    await client.query('ROLLBACK');
    await flushing;
    trail.note(entry({ outcome: 'read' }));

    await queue.beforeApplicationShutdown();

    const { rows } = await client.query<{ outcome: string }>(
      'SELECT outcome FROM audit_entries ORDER BY entry_id',
    );
    expect(rows.map(({ outcome }) => outcome)).toEqual(['read', 'refused', 'read']);
  });

  it('is written and sealed before the service lets go of its database, when it stops', async () => {
    const app = await NestFactory.createApplicationContext(AppModule.forRoot(config, { url }), {
      logger: false,
    });
    app.get(AuditTrail).note(entry({ outcome: 'refused' }));
    await app.close();

    expect((await client.query('SELECT FROM audit_entries')).rowCount).toBe(1);
    expect((await prove()).proof).toMatchObject({ seals: 1, unsealed: 0 });
  });

  it('is written once, also when the answer to a commit is lost and more has come meanwhile', async () => {
    const proxy = await startProxy(url);
    afterTest(() => proxy.stop());
    const cut = await new DataSource(dataSourceOptions(config, proxy.url)).initialize();
    afterTest(() => cut.destroy());
    const lossy = new AuditQueue(cut, new Clock(), new UnansweredCommits(1));
    const lossyTrail = new AuditTrail(lossy);
    const note = (reason: string): void => lossyTrail.note(entry({ outcome: 'read', reason }));
    const reasons = async (): Promise<string[]> => {
      const { rows } = await client.query<{ reason: string }>(
        'SELECT reason FROM audit_entries ORDER BY entry_id',
      );
      return rows.map(({ reason }) => reason);
    };
    note('first');
    // And not READ COMMITTED.
    proxy.loseAnswerTo('COMMIT\0');
    await lossy.flush();
    expect(await reasons()).toEqual(['first']);

    note('second');
    await lossy.flush();
    note('third');
    await lossy.flush();

    expect(await reasons()).toEqual(['first', 'second', 'third']);
  });

  it('is written although the database refuses one of its batch, which is counted as lost', async () => {
    await client.query(`ALTER TABLE audit_entries ADD CONSTRAINT no_second CHECK (reason <> 'second')`);
    for (const reason of ['first', 'second', 'third']) trail.note(entry({ outcome: 'read', reason }));

    await queue.flush();
    await queue.flush();

    const { rows } = await client.query<{ reason: string }>(
      'SELECT reason FROM audit_entries ORDER BY entry_id',
    );
    expect(rows.map(({ reason }) => reason)).toEqual([
      'first',
      'third',
      '1 entries were lost: too many came, or the database refused them',
    ]);
  });

  it('says in the trail itself how many entries were lost because too many came', async () => {
    for (let n = 0; n < 20_007; n += 1) trail.note(entry({ outcome: 'refused' }));

    await queue.flush();

    const { rows } = await client.query(
      `SELECT count(*) AS entries, max(reason) AS reason FROM audit_entries`,
    );
    expect(rows).toEqual([
      { entries: 20_001, reason: '7 entries were lost: too many came, or the database refused them' },
    ]);
  });
});

/** As a body says it of its members. */
class Letter {
  @Personal()
  email?: string;

  constructor(
    readonly amount: number,
    readonly note?: string,
  ) {
    this.email = 'a@b.co';
  }
}

describe(describeChanges.name, () => {
  it('has names and digests, and of what is personal the name alone', () => {
    expect(describeChanges(new Letter(5_000))).toEqual({
      // printf 5000 | sha256sum
      amount: '0f8eb4b72b6e',
      email: null,
    });
  });
});

describe('the database itself', () => {
  beforeAll(async () => {
    await open(afterFile);
    trail.note(entry());
    await queue.flush();
    await sealed(1);
    await client.query(`SELECT create_partitions_through('audit_entries', 25000000)`);
  });

  it.each([
    ['an UPDATE of an entry', 'UPDATE audit_entries SET client = client'],
    ['a DELETE of an entry', 'DELETE FROM audit_entries'],
    ['a TRUNCATE of the trail', 'TRUNCATE audit_entries'],
    ['an UPDATE of a partition', 'UPDATE audit_entries_p0 SET client = client'],
    ['a TRUNCATE of a partition', 'TRUNCATE audit_entries_p0'],
    ['a TRUNCATE of a partition that was made later', 'TRUNCATE audit_entries_p2'],
    ['an UPDATE of a seal', 'UPDATE seals SET digest = digest'],
    ['a DELETE of a seal', 'DELETE FROM seals'],
    ['a TRUNCATE of the seals', 'TRUNCATE seals'],
  ])('refuses %s', async (_name, statement) => {
    await expect(client.query(statement)).rejects.toMatchObject({ code: APPEND_ONLY });
    expect(await findMissingGuards(client, ['audit_entries', 'postings', 'seals'])).toEqual([]);
  });

  it.each([
    [
      'the function of the triggers lets everything pass',
      `CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
         'BEGIN RETURN NEW; RAISE EXCEPTION ''% is append-only'', TG_OP; END'`,
      { table: 'seals', change: 'UPDATE' },
    ],
    [
      'a trigger is for one column',
      `DROP TRIGGER seals_append_only ON seals;
       CREATE TRIGGER seals_append_only BEFORE UPDATE OF source OR DELETE ON seals
         FOR EACH ROW EXECUTE FUNCTION refuse_change()`,
      { table: 'seals', change: 'UPDATE' },
    ],
  ])('is seen not to refuse it where %s', async (_name, statement, missing) => {
    await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    afterTest(() => client.query('ROLLBACK'));
    await client.query(statement);

    expect(await findMissingGuards(client, ['audit_entries', 'seals'])).toContainEqual(missing);
  });

  it.each([
    ['rule', 'CREATE RULE silent AS ON INSERT TO audit_entries DO INSTEAD NOTHING', 'audit_entries'],
    [
      'trigger',
      `CREATE FUNCTION skip() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
       CREATE TRIGGER silent BEFORE INSERT ON audit_entries_p0 FOR EACH ROW EXECUTE FUNCTION skip()`,
      'audit_entries_p0',
    ],
  ])('adds no entry by a %s, so the change fails, and the proof names it', async (kind, statement, table) => {
    await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    afterTest(() => client.query('ROLLBACK'));
    expect(await findForeign(client, ['audit_entries', 'postings', 'cards', 'seals'])).toEqual([]);
    await client.query(statement);

    expect(await findForeign(client, ['audit_entries', 'seals'])).toEqual([
      { table, what: `${kind} silent` },
    ]);
    await expect(insertEntry(client as unknown as Database, entry())).rejects.toThrow();
  });

  it.each([
    ['CACHE 10', 'CACHE 10'],
    ['INCREMENT -1', 'INCREMENT -1 MINVALUE 1'],
    ['CYCLE', 'CYCLE'],
  ])('says that a sequence with %s need not give its numbers in order', async (what, change) => {
    await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    afterTest(() => client.query('ROLLBACK'));
    expect(await findUnorderedSequences(client)).toEqual([]);
    await client.query(`ALTER SEQUENCE postings_posting_id_seq ${change}`);

    expect(await findUnorderedSequences(client)).toEqual([{ sequence: 'postings_posting_id_seq', what }]);
  });

  it.each([
    [
      'a trigger with the name of one of ours at another table',
      `CREATE FUNCTION lie() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.client := ''another''; RETURN NEW; END';
       CREATE TRIGGER cards_refuse_erased_rider BEFORE INSERT ON seals FOR EACH ROW EXECUTE FUNCTION lie()`,
      { table: 'seals', what: 'trigger cards_refuse_erased_rider' },
    ],
    [
      'a function of ours that does something else',
      `CREATE OR REPLACE FUNCTION refuse_erased_rider() RETURNS trigger LANGUAGE plpgsql
         AS 'BEGIN NEW.balance := 5; RETURN NEW; END'`,
      { table: 'cards', what: 'trigger cards_refuse_erased_rider' },
    ],
    [
      'another function behind the name of one of ours',
      `CREATE SCHEMA lies; CREATE FUNCTION lies.refuse_erased_rider() RETURNS trigger LANGUAGE plpgsql
         AS 'BEGIN NEW.balance := 5; RETURN NEW; END';
       CREATE OR REPLACE TRIGGER cards_refuse_erased_rider BEFORE INSERT ON cards
         FOR EACH ROW EXECUTE FUNCTION lies.refuse_erased_rider()`,
      { table: 'cards', what: 'trigger cards_refuse_erased_rider' },
    ],
    [
      'a trigger at a partition of a partition',
      `CREATE FUNCTION lie() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.client := ''another''; RETURN NEW; END';
       ${NESTED_PARTITION};
       CREATE TRIGGER lie BEFORE INSERT ON inner_part FOR EACH ROW EXECUTE FUNCTION lie()`,
      { table: 'inner_part', what: 'trigger lie' },
    ],
    [
      'an operator that stands before one of PostgreSQL',
      `CREATE FUNCTION never(audit_time, timestamptz) RETURNS boolean LANGUAGE sql AS 'SELECT false';
       CREATE OPERATOR < (LEFTARG = audit_time, RIGHTARG = timestamptz, FUNCTION = never)`,
      { table: 'public', what: 'operator <(audit_time,timestamp with time zone)' },
    ],
    [
      'an operator that hides whatever is looked for',
      `CREATE FUNCTION never(oid, regclass) RETURNS boolean LANGUAGE sql AS 'SELECT false';
       CREATE OPERATOR = (LEFTARG = oid, RIGHTARG = regclass, FUNCTION = never)`,
      { table: 'public', what: 'operator =(oid,regclass)' },
    ],
    [
      'a function that stands before one of PostgreSQL',
      `CREATE FUNCTION min(audit_time) RETURNS timestamptz LANGUAGE sql AS 'SELECT now()'`,
      { table: 'public', what: 'function min(audit_time)' },
    ],
    [
      'a column of a type that says of itself what it likes',
      `CREATE TYPE likes AS ENUM ('x'); ALTER TABLE audit_entries ALTER role TYPE likes USING NULL`,
      { table: 'audit_entries', what: 'role of the type likes' },
    ],
  ])('is seen to have %s', async (_name, statement, found) => {
    await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    afterTest(() => client.query('ROLLBACK'));
    const tables = ['audit_entries', 'cards', 'seals'];
    expect(await findForeign(client, tables)).toEqual([]);
    await client.query(statement);

    expect(await findForeign(client, tables)).toContainEqual(found);
  });

  it('is seen not to refuse a change of a partition of a partition', async () => {
    await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    afterTest(() => client.query('ROLLBACK'));
    await client.query(`${NESTED_PARTITION}; DROP TRIGGER audit_entries_no_truncate ON inner_part`);

    expect(await findMissingGuards(client, ['audit_entries', 'seals'])).toContainEqual({
      table: 'inner_part',
      change: 'TRUNCATE',
    });
  });

  it('says that a policy hides rows', async () => {
    await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    afterTest(() => client.query('ROLLBACK'));
    await client.query('ALTER TABLE postings ENABLE ROW LEVEL SECURITY');

    expect(await findForeign(client, ['postings'])).toEqual([{ table: 'postings', what: 'row security' }]);
  });

  it('is seen not to refuse it any more', async () => {
    await client.query(
      `ALTER TABLE audit_entries DISABLE TRIGGER audit_entries_append_only; DROP TRIGGER seals_no_truncate ON seals;
       ALTER TABLE postings_p1 ENABLE REPLICA TRIGGER postings_no_truncate`,
    );

    expect(await findMissingGuards(client, ['audit_entries', 'postings', 'seals'])).toEqual(
      [
        ['audit_entries', 'DELETE'],
        ['audit_entries', 'UPDATE'],
        ['audit_entries_p0', 'DELETE'],
        ['audit_entries_p0', 'UPDATE'],
        ['audit_entries_p1', 'DELETE'],
        ['audit_entries_p1', 'UPDATE'],
        ['audit_entries_p2', 'DELETE'],
        ['audit_entries_p2', 'UPDATE'],
        ['postings_p1', 'TRUNCATE'],
        ['seals', 'TRUNCATE'],
      ].map(([table, change]) => ({ table, change })),
    );
  });
});

describe(Sealer.name, () => {
  beforeEach(() => open(afterTest));

  it('makes a chain that holds, and keeps its heads in a file', async () => {
    await fourSeals();
    trail.note(entry());
    await queue.flush();

    const { breaks, proof } = await prove();
    expect([breaks, await brokenHeads()]).toEqual([[], []]);
    expect(proof).toMatchObject({
      seals: 4,
      rows: 12,
      unsealed: 1,
      forgotten: 0,
      head: { seal: 4, through_id: 12 },
    });
    const heads = await keptHeads();
    expect(heads.map(({ seal, through_id }) => [seal, through_id])).toEqual(
      [1, 2, 3, 4].map((n) => [n, 3 * n]),
    );
    expect(sealer.heads.get('audit_entries')).toEqual(heads.at(-1));
    // It goes on behind what was proven, and reads no more than that.
    const second = heads[1];
    if (!second) throw new Error('no second head');
    expect((await prove({ from: second })).proof).toMatchObject({ seals: 2, rows: 6, head: { seal: 4 } });
  });

  it('waits for a row whose id was drawn before those that are committed', async () => {
    const slow = await connect(url);
    afterTest(() => slow.end());
    await slow.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    await slow.query('SELECT pg_current_xact_id()');
    await slow.query(
      `INSERT INTO audit_entries (occurred_at, client, operation, outcome) VALUES (now(), '', 'slow', 'changed')`,
    );
    trail.note(entry());
    await queue.flush();
    const sealing = sealer.seal(auditEntries);
    await client.query('SELECT pg_sleep(0.5)');
    expect((await client.query('SELECT FROM seals')).rowCount).toBe(0);

    await slow.query('COMMIT');
    await sealing;
    await sealed(1);

    expect((await prove()).proof).toMatchObject({ rows: 2, unsealed: 0 });
  });

  it('waits for a row of a partition of a partition', async () => {
    await client.query(NESTED_PARTITION);
    const slow = await connect(url);
    afterTest(() => slow.end());
    await slow.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    await slow.query(
      `INSERT INTO inner_part (entry_id, occurred_at, client, operation, outcome)
       VALUES (nextval('audit_entries_entry_id_seq'), now(), '', 'slow', 'changed')`,
    );
    trail.note(entry());
    await queue.flush();
    const sealing = sealer.seal(auditEntries);
    await client.query('SELECT pg_sleep(0.5)');
    expect((await client.query('SELECT FROM seals')).rowCount).toBe(0);

    await slow.query('COMMIT');
    await sealing;
    await sealed(1);

    expect((await prove()).proof).toMatchObject({ rows: 2, unsealed: 0 });
  });

  it('waits for nobody who writes in another database of the server', async () => {
    const other = await createDatabase();
    afterTest(() => other.drop());
    const writer = await connect(other.url);
    afterTest(() => writer.end());
    await writer.query(`BEGIN ISOLATION LEVEL READ COMMITTED; INSERT INTO feeds (name) VALUES ('slow')`);
    await writer.query(
      `INSERT INTO audit_entries (occurred_at, client, operation, outcome) VALUES (now(), '', 'slow', 'changed')`,
    );
    trail.note(entry());
    await queue.flush();

    expect(await sealer.seal(auditEntries)).toBe(1);
  });

  it('says in the log, once a minute, that somebody keeps rows from being sealed; a proof says it, too', async () => {
    const complaints: string[] = [];
    jest.spyOn(Logger.prototype, 'error').mockImplementation((text: string) => void complaints.push(text));
    afterTest(() => Promise.resolve(jest.restoreAllMocks()));
    const clock = new Clock();
    let now = Date.now();
    clock.now = () => new Date(now);
    const watched = new Sealer(dataSource, clock, config);
    const holder = await connect(url);
    afterTest(() => holder.end());
    await holder.query('SELECT pg_advisory_lock(7316020)');
    const { rows } = await holder.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    trail.note(entry({ occurredAt: new Date(now - 61_000) }));
    await queue.flush();

    for (let second = 0; second <= 130; second += 10) {
      await watched.seal(auditEntries);
      now += 10_000;
    }

    expect(complaints).toHaveLength(2);
    expect(complaints[0]).toContain('the rows of audit_entries after 0 have not been sealed for 60 s');
    expect(complaints[0]).toContain(`session ${rows[0]?.pid} has the lock of sealing`);
    expect(await findOverdue(client, auditEntries, 0)).toMatch(
      /^1 rows of audit_entries from 1 on are not sealed, the oldest since .+Start the service/,
    );
    await holder.query('SELECT pg_advisory_unlock_all()');
    await sealed(1);
    expect(await findOverdue(client, auditEntries, 1)).toBeNull();
  });

  it('writes into the file what a process was killed over before it could, behind a line that was torn', async () => {
    await fourSeals();
    const [first, second] = (await readFile(sealFile, 'utf8')).split('\n');
    await writeFile(sealFile, `${first}\n${second?.slice(0, 40)}`);

    await sealer.seal(auditEntries);

    expect((await keptHeads()).map(({ seal }) => seal)).toEqual([1, 2, 3, 4]);
    expect(await brokenHeads()).toEqual([]);
  });

  it('writes nothing into a file that knows seals which the database does not have any more', async () => {
    await fourSeals();
    await liftGuards(client);
    await client.query('DELETE FROM seals WHERE seal_number = 4');
    const before = await readFile(sealFile, 'utf8');

    await sealed(4);

    expect(await readFile(sealFile, 'utf8')).toBe(before);
    expect(await brokenHeads()).toMatchObject([{ seal: 4 }]);
  });

  it(`makes one chain that holds, while many write, roll back, and three seal, of whom one is killed (seed ${SEED})`, async () => {
    const run = { isOver: false };
    const writers = Array.from({ length: 4 }, async (_, nth) => {
      const dice = new Dice(SEED, `writer ${nth}`);
      const runner = dataSource.createQueryRunner();
      for (let n = 0; n < 60; n += 1) {
        await runner.query('BEGIN ISOLATION LEVEL READ COMMITTED');
        await runner.query('SELECT pg_current_xact_id()');
        await record(runner.manager, entry({ object: { kind: 'card', id: n } }));
        await runner.query('SELECT pg_sleep($1)', [dice.share() / 50]);
        await runner.query(dice.chance(0.8) ? 'COMMIT' : 'ROLLBACK');
        trail.note(entry({ outcome: 'read' }));
        if (dice.chance(0.3)) await queue.flush();
      }
      await runner.release();
    });
    const others = [
      sealer,
      new Sealer(dataSource, new Clock(), config),
      new Sealer(dataSource, new Clock(), config),
    ];
    const sealers = others.map(async (other) => {
      while (!run.isOver) await other.seal(auditEntries).catch(() => undefined);
    });
    const killer = (async () => {
      while (!run.isOver) {
        // As the server sees a process that is killed in the middle of its transaction.
        await client.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE datname = current_database() AND query LIKE '%INTO seals%' AND pid <> pg_backend_pid()`,
        );
        await client.query('SELECT pg_sleep(0.05)');
      }
    })();
    await Promise.all(writers);
    await queue.flush();
    run.isOver = true;
    await Promise.all([...sealers, killer]);
    await until('all is sealed', async () => {
      await sealer.seal(auditEntries);
      return (await prove()).proof.unsealed === 0;
    });

    const { breaks, proof } = await prove();
    expect([breaks, await brokenHeads()]).toEqual([[], []]);
    expect(proof.seals).toBeGreaterThan(2);
    const heads = await keptHeads();
    expect(heads.map(({ seal }) => seal)).toEqual(Array.from({ length: proof.seals }, (_, n) => n + 1));
  });

  it('ends a seal where a partition ends, whose rows may be dropped when they are old enough', async () => {
    await client.query(`SELECT setval('audit_entries_entry_id_seq', 9999998)`);
    for (let n = 0; n < 3; n += 1) trail.note(entry());
    await queue.flush();
    await sealed(2);
    expect((await prove()).proof).toMatchObject({ seals: 2, rows: 3 });

    await client.query('DROP TABLE audit_entries_p0');

    const tomorrow = new Date(Date.now() + 86_400_000);
    expect(await prove({ keptSince: tomorrow })).toMatchObject({
      breaks: [],
      proof: { seals: 2, rows: 2, forgotten: 1 },
    });
    expect((await prove({ keptSince: new Date(0) })).breaks).toEqual([
      { seal: 1, id: 9_999_999, what: 'the row was deleted after the seal' },
    ]);
  });

  it('names rows that are old enough to be dropped, when a part of their partition is gone, or the newest', async () => {
    await fourSeals();
    await liftGuards(client);
    const tomorrow = new Date(Date.now() + 86_400_000);

    for (const [rows, count] of [
      ['entry_id <= 3', 3],
      ['entry_id > 3', 12],
    ] as const) {
      await client.query(`DELETE FROM audit_entries WHERE ${rows}`);
      expect((await prove({ keptSince: tomorrow })).breaks).toHaveLength(count);
    }
  });

  it('needs a head to compare a chain with one that was kept elsewhere', async () => {
    await writeFile(sealFile, '');
    expect(await brokenHeads()).toEqual([]);
    await fourSeals();
    await writeFile(sealFile, 'torn\n');

    expect(await brokenHeads()).toEqual([
      { seal: 0, what: 'no head of this chain was kept outside: nothing was compared' },
    ]);
  });
});

describe(CheapAuditEntries1780000000032.name, () => {
  beforeEach(() => open(afterTest));

  it('leaves sealed entries as they were sealed, and takes new ones', async () => {
    const runner = dataSource.createQueryRunner();
    afterTest(() => runner.release());
    const migration = new CheapAuditEntries1780000000032();
    await migration.down(runner);
    await fourSeals();
    await migration.up(runner);
    trail.note(entry());
    await queue.flush();
    await sealed(5);

    expect(await prove()).toMatchObject({ breaks: [], proof: { seals: 5, rows: 13 } });
  });

  it.each([
    [`now(), 'forgotten'`, 'audit_outcome_check'],
    [`'infinity', 'read'`, 'audit_time_check'],
  ])('keeps the database from taking an entry of %s', async (values, constraint) => {
    const inserting = client.query(
      `INSERT INTO audit_entries (occurred_at, outcome, client, operation) VALUES (${values}, '', '')`,
    );

    await expect(inserting).rejects.toMatchObject({ constraint });
  });
});

describe('what was done to a sealed chain is named with its place', () => {
  const CHANGED = 'the row was changed after the seal';
  const DELETED = 'the row was deleted after the seal';
  const ADDED = 'the row was added after the seal';
  const COPY = (id: number, of: number): string =>
    `INSERT INTO audit_entries SELECT (jsonb_populate_record(row, '{"entry_id": ${id}}')).*
     FROM audit_entries row WHERE entry_id = ${of};`;
  const inItself = (seal: number): ChainBreak => ({
    seal,
    what: `the seal itself was changed, or that before it: its digest does not follow from what it says and from seal ${seal - 1}`,
  });

  beforeAll(async () => {
    await open(afterFile);
    await fourSeals();
    await liftGuards(client);
  });

  beforeEach(async () => {
    await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
  });

  afterEach(async () => {
    await client.query('ROLLBACK');
  });

  it.each([
    ...[
      `occurred_at = occurred_at + interval '1 microsecond'`,
      `client = ''`,
      'key_id = NULL',
      `role = ''`,
      `request_id = '7c41a0e2-1g'`,
      `operation = 'GET /recharges'`,
      `object_kind = 'Card'`,
      `object_id = '23'`,
      `outcome = 'refused'`,
      `changes = '{"amount": "0123456789ac"}'`,
      `reason = ''`,
      `address = NULL`,
    ].map((change) => [
      change,
      `UPDATE audit_entries SET ${change} WHERE entry_id = 5`,
      [{ seal: 2, id: 5, what: CHANGED }],
    ]),
    ['a row deleted', 'DELETE FROM audit_entries WHERE entry_id = 6', [{ seal: 2, id: 6, what: DELETED }]],
    ['a row doubled', COPY(5, 5), [{ seal: 2, id: 5, what: ADDED }]],
    ['a row put before the first', COPY(0, 5), [{ seal: 1, id: 0, what: ADDED }]],
    [
      'two rows swapped',
      `UPDATE audit_entries SET entry_id = 17 - entry_id WHERE entry_id IN (8, 9)`,
      [
        { seal: 3, id: 8, what: CHANGED },
        { seal: 3, id: 9, what: CHANGED },
      ],
    ],
    [
      'a row moved to another place',
      `UPDATE audit_entries SET entry_id = 99 WHERE entry_id = 2`,
      [{ seal: 1, id: 2, what: DELETED }],
    ],
    [
      'the rows at the end deleted',
      'DELETE FROM audit_entries WHERE entry_id > 10',
      [
        { seal: 4, id: 11, what: DELETED },
        { seal: 4, id: 12, what: DELETED },
      ],
    ],
    [
      'the time of a seal',
      `UPDATE seals SET sealed_at = sealed_at - interval '1 s' WHERE seal_number = 2`,
      [inItself(2)],
    ],
    ['the digest of a seal', `UPDATE seals SET digest = sha256('') WHERE seal_number = 2`, [inItself(2)]],
    [
      'the count of a seal',
      'UPDATE seals SET row_count = 4 WHERE seal_number = 2',
      [{ seal: 2, what: 'the marks of the rows, or their count, were changed in the seal' }, inItself(2)],
    ],
    [
      'the digest of the rows of a seal',
      `UPDATE seals SET rows_digest = sha256('') WHERE seal_number = 2`,
      [
        { seal: 2, what: 'the rows from 4 to 6 are not what was sealed, or the seal was changed' },
        inItself(2),
      ],
    ],
    [
      'the marks of a seal',
      `UPDATE seals SET row_marks = '' WHERE seal_number = 2`,
      [{ seal: 2, what: 'the marks of the rows, or their count, were changed in the seal' }],
    ],
    [
      'the marks of a seal, and the seal before it deleted',
      `UPDATE seals SET row_marks = '' WHERE seal_number = 2; DELETE FROM seals WHERE seal_number = 1`,
      [
        { seal: 1, what: 'the seal is missing' },
        { seal: 2, id: 6, what: ADDED },
      ],
    ],
    ['a seal deleted', 'DELETE FROM seals WHERE seal_number = 2', [{ seal: 2, what: 'the seal is missing' }]],
    [
      'the first deleted',
      'DELETE FROM seals WHERE seal_number = 1',
      [{ seal: 1, what: 'the seal is missing' }],
    ],
    [
      'two seals deleted',
      'DELETE FROM seals WHERE seal_number IN (2, 3)',
      [{ seal: 2, what: 'the seals from 2 to 3 are missing' }],
    ],
    [
      'two seals swapped',
      'UPDATE seals SET seal_number = 5 - seal_number WHERE seal_number IN (2, 3)',
      expect.arrayContaining([inItself(2), inItself(3)]) as ChainBreak[],
    ],
  ] as [string, string, ChainBreak[]][])('%s', async (_name, statement, breaks) => {
    await client.query(statement);

    expect((await proveIn(client)).breaks).toEqual(breaks);
  });

  it('a chain computed anew: only a head that was kept elsewhere tells', async () => {
    await client.query(`UPDATE audit_entries SET client = 'somebody else' WHERE entry_id = 5`);
    await forgeChain();

    expect((await proveIn(client)).breaks).toEqual([]);
    expect(await brokenHeads()).toEqual([
      {
        seal: 2,
        what: 'the head that was kept outside is another one: seals and rows were rewritten after seal 1',
      },
    ]);
    const kept = (await keptHeads())[2];
    expect((await proveIn(client, { from: kept ?? null })).breaks).toMatchObject([
      {
        seal: 3,
        what: 'the seal is another one than was proven: it, or seals and rows before it, were rewritten',
      },
      inItself(4),
    ]);
  });

  it('what was proven up to another id than the seal says', async () => {
    const [, kept] = await keptHeads();
    if (!kept) throw new Error('no head');

    expect((await proveIn(client, { from: { ...kept, through_id: kept.through_id + 3 } })).breaks[0]).toEqual(
      {
        seal: 2,
        what: 'the seal is another one than was proven: it, or seals and rows before it, were rewritten',
      },
    );
  });

  it('an end that was cut off, rows and seals: only a head that was kept elsewhere tells', async () => {
    await client.query(
      'DELETE FROM audit_entries WHERE entry_id > 9; DELETE FROM seals WHERE seal_number = 4',
    );

    expect((await proveIn(client)).breaks).toEqual([]);
    expect(await brokenHeads()).toEqual([
      {
        seal: 4,
        what: 'the head was kept outside, and the seal is missing: the end of the chain was cut off',
      },
    ]);
  });
});
