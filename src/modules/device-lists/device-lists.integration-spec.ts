import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { DataSource } from 'typeorm';
import { connect } from '../../../test/builders/connect';
import { DeviceCopy } from '../../../test/builders/device-copy';
import { insert, unique } from '../../../test/builders/insert';
import { afterFile } from '../../../test/setup/after-test';
import { createDatabase } from '../../../test/setup/database';
import { breaksOf } from '../../../test/setup/ledger';
import { Dice } from '../../common/dice';
import { CommitsUnansweredError } from '../../common/http/problem/service-errors';
import { Clock } from '../../common/time/clock';
import { AppConfig } from '../../platform/config/app-config';
import { Environment } from '../../platform/config/environment';
import { dataSourceOptions } from '../../platform/postgres/data-source';
import { UnansweredCommits } from '../../platform/postgres/unanswered-commits';
import { DeviceListsRepository } from './device-lists.repository';
import { DeviceLists } from './device-lists.service';

/** TEST_SEED repeats a run, or makes another. */
const SEED = Number(process.env.TEST_SEED ?? 20_261_128);
const CARDS = 12;
const WRITERS = 4;
const CHANGES = 40;
const STATUSES = ['active', 'blocked', 'inactive'];
const HOTLIST = 'the hotlist has exactly the cards that are blocked or lost, or owe more than is tolerated';
const LISTS = 'each list of the validators has the members, the checksum and the version that it says';

const config = new AppConfig(new Environment());
let url: string;
let client: Client;
let dataSource: DataSource;
let cards: readonly { readonly card_id: number; readonly card_number: string }[];

/** Changes the time that the lists see, so that a test need not wait for it. */
const clock = Object.assign(new Clock(), { later: 0 });
clock.now = () => new Date(Date.now() + clock.later);

beforeAll(async () => {
  const database = await createDatabase();
  afterFile(() => database.drop());
  ({ url } = database);
  client = await connect(url);
  afterFile(() => client.end());
  dataSource = await new DataSource(dataSourceOptions(config, url)).initialize();
  afterFile(() => dataSource.destroy());
  cards = await Promise.all(
    Array.from({ length: CARDS }, async () => {
      const { account_id } = await insert<{ account_id: number }>(client, 'accounts', { kind: 'card' });
      return insert<{ card_id: number; card_number: string }>(client, 'cards', {
        account_id,
        card_number: String(1010_0000_0000 + unique()),
        acquisition_date: '2026-01-01',
        updated_at: '2026-01-01T12:00:00Z',
      });
    }),
  );
});

/** As another process has them. */
function aProcess(unanswered = new UnansweredCommits(1)): DeviceLists {
  return new DeviceLists(new DeviceListsRepository(dataSource), unanswered, clock, config);
}

async function listedCards(): Promise<string[]> {
  const { rows } = await client.query<{ card_number: string }>(
    `SELECT card_number FROM cards WHERE status IN ('blocked', 'lost') OR debt > 0 ORDER BY card_number`,
  );
  return rows.map(({ card_number }) => card_number);
}

describe(DeviceLists.name, () => {
  it(`leads every device from any version to what the cards say, while they change (seed ${SEED})`, async () => {
    const dice = new Dice(SEED, 'hotlist');
    const processes = [aProcess(), aProcess(), aProcess()];
    const devices = Array.from({ length: 5 }, () => new DeviceCopy());
    /** What was acknowledged of a card, by the order in which its own writer changed it. */
    const acknowledged = new Map<string, { readonly isListed: boolean }>();
    let writing = WRITERS;

    const write = async (own: typeof cards): Promise<void> => {
      const writer = await connect(url);
      for (let n = 0; n < CHANGES; n += 1) {
        const { card_id, card_number } = dice.pick(own);
        const status = dice.pick(STATUSES);
        acknowledged.delete(card_number);
        await writer.query('BEGIN ISOLATION LEVEL READ COMMITTED');
        await writer.query('UPDATE cards SET status = $2 WHERE card_id = $1', [card_id, status]);
        // The notes are committed in another order than that in which they were made.
        await sleep(dice.below(8));
        const isCommitted = dice.chance(0.9);
        await writer.query(isCommitted ? 'COMMIT' : 'ROLLBACK');
        if (isCommitted) acknowledged.set(card_number, { isListed: status === 'blocked' });
      }
      await writer.end();
      writing -= 1;
    };
    const read = async (device: DeviceCopy): Promise<void> => {
      while (writing > 0) {
        const before = new Map(acknowledged);
        device.apply(await dice.pick(processes).read('hotlist', device.version));
        // A card that is being changed may be either; one that was not meanwhile is as it was acknowledged.
        const listed = new Set(device.sorted);
        for (const [card, change] of before)
          if (acknowledged.get(card) === change)
            expect([card, listed.has(card)]).toEqual([card, change.isListed]);
        await sleep(dice.below(30));
      }
    };
    const shares = Array.from({ length: WRITERS }, (_, n) =>
      cards.filter((_card, index) => index % WRITERS === n),
    );
    await Promise.all([...shares.map(write), ...devices.slice(1).map(read)]);

    // One that was never connected, and those that were.
    for (const device of devices) {
      device.apply(await dice.pick(processes).read('hotlist', device.version));
      expect(device.sorted).toEqual(await listedCards());
    }
    const broken = await breaksOf(url);
    expect([broken[HOTLIST], broken[LISTS]]).toEqual([undefined, undefined]);
  });

  it('numbers what was committed before it was asked, without a gap', async () => {
    const lists = aProcess();
    const { version } = await lists.read('hotlist', null);
    await client.query(`UPDATE cards SET status = 'active'`);
    const now = await lists.read('hotlist', version);
    await client.query(`UPDATE cards SET status = 'blocked' WHERE card_id = ANY ($1)`, [
      cards.slice(0, 3).map(({ card_id }) => card_id),
    ]);

    const { add, ...then } = await lists.read('hotlist', now.version);

    expect(now.version - version).toBe(now.remove.length);
    expect(add).toEqual(
      cards
        .slice(0, 3)
        .map(({ card_number }) => card_number)
        .sort(),
    );
    expect(then).toMatchObject({ version: now.version + 3, full: false, remove: [] });
  });

  it('has the whole list for who has none, who comes from the future, and who was away for too long', async () => {
    const lists = aProcess();
    const { version } = await lists.read('hotlist', null);
    const [, second] = cards;
    await client.query(`UPDATE cards SET status = 'active' WHERE card_id = $1`, [second?.card_id]);
    expect(await lists.read('hotlist', version)).toMatchObject({
      full: false,
      remove: [second?.card_number],
    });
    clock.later = 31 * 86_400_000;
    await lists.tidy(new AbortController().signal);
    clock.later = 0;

    const answers = await Promise.all(
      [null, version + 9, version].map((since) => aProcess().read('hotlist', since)),
    );

    expect(answers.map(({ full, add }) => [full, add])).toEqual(answers.map(() => [true, answers[0]?.add]));
    const device = new DeviceCopy();
    device.apply(answers[0] ?? { ...(await lists.read('hotlist', null)) });
    expect(device.sorted).toEqual(await listedCards());
    // Who has the newest version needs nothing.
    expect(await lists.read('hotlist', version + 1)).toMatchObject({ full: false, add: [], remove: [] });
    expect((await breaksOf(url))[LISTS]).toBeUndefined();
  });

  it('does not answer with less than was acknowledged while no COMMIT is answered', async () => {
    const lists = aProcess(new UnansweredCommits(0));
    const [{ card_id } = { card_id: 0 }] = cards;
    const { version } = await lists.read('hotlist', null);

    await client.query(`UPDATE cards SET status = 'inactive' WHERE card_id = $1`, [card_id]);

    await expect(lists.read('hotlist', version)).rejects.toThrow(CommitsUnansweredError);
  });
});
