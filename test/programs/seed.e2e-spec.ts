import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Client } from 'pg';
import { StartupError } from '../../src/common/program/startup-error';
import { verifyFares } from '../../src/programs/verify-fares/verify-fares';
import { verifyLedger } from '../../src/programs/ledger-checks/verify-ledger';
import {
  seedDemonstration,
  seedWhenEmpty,
  type SeedSummary,
} from '../../src/programs/seed/seed-demonstration';
import type { BoardingResponse } from '../../src/modules/trips/dto/trip-responses.dto';
import type { SeedOptions } from '../../src/programs/seed/seed-options';
import { connect } from '../builders/connect';
import { aCard, aRecharge, aUser } from '../builders/rides';
import { afterFile, afterTest } from '../setup/after-test';
import { post } from '../setup/api';
import { createDatabase } from '../setup/database';
import { startService } from '../setup/service';

/** A Wednesday, 15:00 in Bogotá. */
const NOW = new Date('2026-03-11T20:00:00Z');
const OPTIONS: SeedOptions = { now: NOW, timeZone: 'America/Bogota' };
const SMALL: SeedOptions = { ...OPTIONS, cards: 200, trips: 1_000 };

async function open(): Promise<{ url: string; client: Client }> {
  const database = await createDatabase();
  afterFile(() => database.drop());
  const client = await connect(database.url);
  afterFile(() => client.end());
  return { url: database.url, client };
}

async function rowsOf(client: Client, query: string): Promise<Record<string, unknown>[]> {
  return (await client.query<Record<string, unknown>>(query)).rows;
}

/** Queries that find what is wrong, by what must hold. */
const PROMISES: Readonly<Record<string, string>> = {
  'the audit trail says once what was seeded': `
    SELECT entries FROM (
      SELECT array_agg(concat_ws(' ', client, operation, object_kind, outcome)) AS entries, max(reason) AS reason
      FROM audit_entries) trail
    WHERE entries IS DISTINCT FROM '{program:seed npm run seed demonstration changed}'
       OR reason NOT LIKE '%, trips: ' || (SELECT count(*) FROM trips) || ',%'`,
  'postings are in the order of time': `
    SELECT posting_id FROM (
      SELECT posting_id, posted_at, lag(posted_at) OVER (ORDER BY posting_id) AS before FROM postings) steps
    WHERE posted_at < before`,
  'trips are in the order of time, but for the first': `
    SELECT trip_id FROM (
      SELECT trip_id, boarding_time, lag(boarding_time) OVER (ORDER BY trip_id) AS before
      FROM trips WHERE trip_id > 1) steps
    WHERE boarding_time < before`,
  'trip 1 is in progress, has gone on for minutes, and can end at station 2': `
    SELECT expected.trip_id FROM (SELECT 1 AS trip_id) expected
      LEFT JOIN trips USING (trip_id) LEFT JOIN open_trips USING (trip_id)
    WHERE status IS DISTINCT FROM 'in_progress' OR open_trips.card_id IS DISTINCT FROM 3
       OR trips.boarding_time NOT BETWEEN '${NOW.toISOString()}'::timestamptz - interval '30 minutes' AND '${NOW.toISOString()}'
       OR NOT EXISTS (SELECT FROM route_stops WHERE route_id = trips.route_id AND station_id = 2)`,
  'recharge 1 can be reversed': `
    SELECT expected.recharge_id FROM (SELECT 1 AS recharge_id) expected
      LEFT JOIN recharges USING (recharge_id) LEFT JOIN cards USING (card_id)
    WHERE balance < amount IS NOT FALSE
       OR EXISTS (SELECT FROM recharge_reversals WHERE recharge_id = expected.recharge_id)`,
  'recharges are in the order of time': `
    SELECT recharge_id FROM (
      SELECT recharge_id, recharge_timestamp, lag(recharge_timestamp) OVER (ORDER BY recharge_id) AS before
      FROM recharges) steps
    WHERE recharge_timestamp < before`,
  'nothing has happened in the future': `
    SELECT 'postings' FROM postings WHERE posted_at > '${NOW.toISOString()}'
    UNION ALL SELECT 'trips' FROM trips
      WHERE greatest(boarding_time, disembarking_time) > '${NOW.toISOString()}'
    UNION ALL SELECT 'recharges' FROM recharges WHERE recharge_timestamp > '${NOW.toISOString()}'
    UNION ALL SELECT 'cards' FROM cards
      WHERE greatest(last_used_date, updated_at, acquisition_date) > '${NOW.toISOString()}'
    UNION ALL SELECT 'users' FROM users WHERE registration_date > '2026-03-11'
    UNION ALL SELECT 'alerts' FROM alerts WHERE start_time > '${NOW.toISOString()}'
    UNION ALL SELECT 'positions' FROM vehicle_positions WHERE observed_at > '${NOW.toISOString()}'`,
  'a card is used after it was acquired, and acquired when its user was registered or later': `
    SELECT card_id FROM cards LEFT JOIN users USING (user_id)
    WHERE acquisition_date < registration_date
       OR (acquisition_date + 1)::timestamp AT TIME ZONE 'America/Bogota'
          > (SELECT min(posted_at) FROM postings WHERE postings.card_id = cards.card_id)`,
  'balances are within the limits': `
    SELECT card_id FROM cards
    WHERE balance NOT BETWEEN -credit_limit AND 500000 OR (user_id IS NULL AND (balance < 0 OR credit_used > 0))`,
  'a card used its credit last when it last boarded below zero': `
    SELECT card_id FROM cards
    WHERE (credit_used > 0) IS DISTINCT FROM (credit_used_at IS NOT NULL)
       OR credit_used_at IS DISTINCT FROM
          (SELECT max(boarding_time) FROM trips WHERE trips.card_id = cards.card_id AND new_balance < 0)`,
  'recharges are within the limits of their channel, which is that of their point': `
    SELECT recharge_id FROM recharges JOIN recharge_points point USING (recharge_point_id)
    WHERE recharges.channel <> point.channel
       OR amount NOT BETWEEN CASE point.channel WHEN 'online' THEN 10000 ELSE 1000 END AND 200000`,
  'a transaction belongs to its recharge, and every one is known': `
    SELECT recharge_id FROM recharges FULL JOIN recharge_transactions USING (recharge_id)
    WHERE recharges.transaction_id IS DISTINCT FROM recharge_transactions.transaction_id`,
  'the standard price of a trip is the tariff in force for its kind of route on its service day': `
    SELECT trip_id FROM trips JOIN routes USING (route_id)
    WHERE fare_product <> CASE WHEN route_type IN ('ZONAL_UCE', 'ALIMENTADORA') THEN 'zonal' ELSE 'trunk' END
       OR base_price IS DISTINCT FROM (
         SELECT price FROM tariffs
         WHERE component = fare_product AND valid_from <= (boarding_time AT TIME ZONE 'America/Bogota')::date
         ORDER BY valid_from DESC LIMIT 1)`,
  "a fare's posting credits the operator of the route": `
    SELECT posting_id FROM postings JOIN trips USING (trip_id) JOIN routes USING (route_id)
      JOIN accounts ON account_id = credit_account_id
    WHERE postings.kind = 'fare' AND accounts.concessionaire_id IS DISTINCT FROM routes.concessionaire_id`,
  'every trip that cost something has its one posting of the same amount and moment': `
    SELECT trip_id FROM (SELECT * FROM trips WHERE fare_amount > 0) trips FULL JOIN (
      SELECT trip_id, count(*) AS postings, sum(amount) AS amount, min(posted_at) AS posted_at
      FROM postings WHERE kind = 'fare' GROUP BY trip_id) fares USING (trip_id)
    WHERE postings IS DISTINCT FROM 1 OR amount IS DISTINCT FROM fare_amount
       OR posted_at IS DISTINCT FROM boarding_time`,
  'revenue by route, by locality and by operator is the same': `
    WITH groupings AS (
      SELECT sum(fare_amount) AS revenue FROM trips JOIN routes USING (route_id)
      UNION SELECT sum(fare_amount) FROM trips JOIN stations ON station_id = boarding_station_id
        LEFT JOIN locations USING (location_id)
      UNION SELECT sum(amount) FROM postings JOIN accounts ON account_id = credit_account_id
        WHERE accounts.kind = 'fare_revenue')
    SELECT revenue FROM groupings WHERE (SELECT count(*) FROM groupings) > 1`,
  'a rider boards and leaves at stops of the route, in travel order': `
    SELECT trip_id FROM trips
    WHERE NOT EXISTS (
      SELECT FROM route_stops boarded LEFT JOIN route_stops exited
        ON exited.route_id = boarded.route_id AND exited.station_id = disembarking_station_id
       AND exited.sequence_order > boarded.sequence_order
      WHERE boarded.route_id = trips.route_id AND boarded.station_id = boarding_station_id
        AND (disembarking_station_id IS NULL OR exited.station_id IS NOT NULL))`,
  "a trip's vehicle and driver are of the route's operator and in service": `
    SELECT trip_id FROM trips JOIN routes USING (route_id) JOIN vehicles USING (vehicle_id) JOIN drivers USING (driver_id)
    WHERE vehicles.concessionaire_id <> routes.concessionaire_id OR vehicles.status <> 'active'
       OR drivers.concessionaire_id <> routes.concessionaire_id OR drivers.status <> 'active'`,
  'trips in progress are the open trips, and boarded within 40 minutes': `
    SELECT trip_id FROM (SELECT * FROM trips WHERE status = 'in_progress') trips FULL JOIN open_trips USING (trip_id)
    WHERE trips.card_id IS DISTINCT FROM open_trips.card_id
       OR trips.boarding_time IS DISTINCT FROM open_trips.boarding_time
       OR trips.boarding_time < '${NOW.toISOString()}'::timestamptz - interval '40 minutes'`,
  'a card boards when its trip before is over; one without exit was closed by it after more than three hours': `
    SELECT trip_id FROM (
      SELECT *, lead(boarding_time) OVER (PARTITION BY card_id ORDER BY trip_id) AS next FROM trips) trips
    WHERE CASE status
      WHEN 'completed' THEN next < disembarking_time
      WHEN 'in_progress' THEN next IS NOT NULL
      ELSE next IS NULL OR next <= boarding_time + interval '3 hours' END`,
  'a card was last used when it boarded last': `
    SELECT card_id FROM cards
    WHERE last_used_date IS DISTINCT FROM (SELECT max(boarding_time) FROM trips WHERE trips.card_id = cards.card_id)`,
  'a device refused what was on its hotlist, and let in nobody else who could not pay': `
    SELECT tap.validator_id, tap.sequence, tap.outcome FROM taps tap
    LEFT JOIN device_list_members member ON member.list = 'hotlist' AND member.member = tap.card_number
    LEFT JOIN trips ON trips.trip_id = tap.trip_id AND trips.validator_id = tap.validator_id
      AND trips.tap_sequence = tap.sequence AND trips.boarding_time = tap.corrected_at
    WHERE CASE outcome
      WHEN 'refused' THEN tap.card_id IS NOT NULL AND (member.version <= tap.hotlist_version) IS NOT TRUE
      WHEN 'rated' THEN trips.card_id IS DISTINCT FROM tap.card_id OR member.version <= tap.hotlist_version
      ELSE NOT EXISTS (SELECT FROM suspended_taps WHERE (validator_id, sequence) = (tap.validator_id, tap.sequence)) END`,
  'a validator says what was received of it, and when it was heard of last': `
    SELECT validator_id FROM validators LEFT JOIN (
      SELECT validator_id, count(*) AS taps, max(sequence) AS highest, max(received_at) AS heard, max(hotlist_version) AS version
      FROM taps GROUP BY validator_id) reported USING (validator_id)
    WHERE highest_sequence IS DISTINCT FROM highest OR last_heard_at IS DISTINCT FROM heard
       OR received_through IS DISTINCT FROM CASE WHEN taps = highest THEN highest ELSE taps - 1 END
       OR hotlist_version IS DISTINCT FROM version`,
  'nobody can be mistaken for a person': `
    SELECT user_id FROM users
    WHERE email NOT LIKE '%@example.com' OR id_number NOT LIKE '99__________' OR contact_number NOT LIKE '+57 000 %'`,
};

async function expectRight(client: Client, url: string, trips: number): Promise<void> {
  const broken: unknown[] = [];
  for await (const finding of verifyLedger(url)) if (finding.count > 0) broken.push(finding);
  for (const [promise, query] of Object.entries(PROMISES)) {
    const wrong = await rowsOf(client, query);
    if (wrong.length > 0) broken.push({ promise, count: wrong.length, first: wrong.slice(0, 3) });
  }
  const tally = { trips: 0, imported: 0, cards: 0 };
  for await (const difference of verifyFares(url, OPTIONS.timeZone, tally)) broken.push(difference);
  expect(tally).toMatchObject({ trips, imported: 0 });
  expect(broken).toEqual([]);
}

describe('the demonstration city', () => {
  let url: string;
  let client: Client;
  let summary: SeedSummary;

  beforeAll(async () => {
    ({ url, client } = await open());
    summary = await seedDemonstration(url, OPTIONS);
  });

  it('has right books and records', async () => {
    await expectRight(client, url, summary.trips);
  });

  it('is as large as it says', async () => {
    const [counts] = await rowsOf(
      client,
      `SELECT (SELECT count(*) FROM stations) AS stations, (SELECT count(*) FROM routes) AS routes,
              (SELECT count(*) FROM users) AS users, (SELECT count(*) FROM cards) AS cards,
              (SELECT count(*) FROM trips) AS trips, (SELECT count(*) FROM open_trips) AS "openTrips",
              (SELECT count(*) FROM recharges) AS recharges, (SELECT count(*) FROM postings) AS postings`,
    );
    expect(counts).toEqual(summary);
    expect(summary).toMatchObject({ cards: 3_000, trips: 21_000 });
  });

  it('has cards, trips, alerts and buses of every kind', async () => {
    const [kinds] = await rowsOf(
      client,
      `SELECT (SELECT count(DISTINCT status) FROM cards) AS card_statuses,
              (SELECT count(*) > 0 FROM cards WHERE user_id IS NULL) AS basic_cards,
              (SELECT count(DISTINCT status) FROM trips) AS trip_statuses,
              (SELECT count(*) FILTER (WHERE is_transfer) * 100 / count(*) BETWEEN 10 AND 20 FROM trips) AS transfers,
              (SELECT count(DISTINCT rider_category) FROM users) AS rider_categories,
              (SELECT count(*) > 0 FROM trips WHERE concession = 'applied') AS concessions,
              (SELECT count(*) > 0 FROM trips WHERE on_credit) AS trips_on_credit,
              (SELECT count(DISTINCT route_type) FROM routes) AS route_types,
              (SELECT count(DISTINCT status) FROM arrivals) AS arrival_statuses,
              (SELECT count(DISTINCT route_id) FROM vehicle_positions) AS routes_seen,
              (SELECT count(*) > 0 FROM recharge_reversals) AS reversals,
              (SELECT count(*) > 0 FROM stations WHERE location_id IS NULL) AS beyond_the_city,
              (SELECT count(*) FROM validators) AS validators,
              (SELECT count(*) > 0 FROM validators WHERE received_through < highest_sequence) AS missing_taps,
              (SELECT count(*) > 0 FROM suspended_taps WHERE resolution IS NULL) AS suspended_taps,
              (SELECT count(*) > 0 FROM cards WHERE debt > 0) AS debts,
              (SELECT count(*) FROM device_list_changes) AS unnumbered,
              (SELECT count(*) > 0 FROM alerts WHERE end_time < $1) AS past_alerts,
              (SELECT count(*) > 0 FROM alerts
               WHERE station_id IS NULL AND route_id IS NULL AND (end_time > $1 OR end_time IS NULL)) AS system_alerts`.replaceAll(
        '$1',
        `'${NOW.toISOString()}'`,
      ),
    );
    expect(kinds).toEqual({
      card_statuses: 4,
      basic_cards: true,
      trip_statuses: 3,
      transfers: true,
      rider_categories: 4,
      concessions: true,
      trips_on_credit: true,
      route_types: 5,
      arrival_statuses: 4,
      routes_seen: summary.routes,
      reversals: true,
      beyond_the_city: true,
      validators: 200,
      missing_taps: true,
      suspended_taps: true,
      debts: true,
      unnumbered: 0,
      past_alerts: true,
      system_alerts: true,
    });
  });

  it('begins with rows that make examples', async () => {
    expect(
      await rowsOf(
        client,
        `SELECT card_id, user_id, status, balance BETWEEN 10000 AND 30000 AS has_money,
                EXISTS (SELECT FROM trips WHERE trips.card_id = cards.card_id) AS trips,
                EXISTS (SELECT FROM recharges WHERE recharges.card_id = cards.card_id) AS recharges,
                EXISTS (SELECT FROM open_trips WHERE open_trips.card_id = cards.card_id) AS is_on_the_road
         FROM cards WHERE card_id <= 3 ORDER BY card_id`,
      ),
    ).toEqual(
      [1, 2, 3].map((id) => ({
        card_id: id,
        user_id: id,
        status: 'active',
        has_money: true,
        trips: true,
        recharges: true,
        is_on_the_road: id === 3,
      })),
    );
    expect(
      await rowsOf(
        client,
        'SELECT card_id, user_id, status FROM cards WHERE card_id BETWEEN 4 AND 7 ORDER BY card_id',
      ),
    ).toMatchObject([
      { user_id: null, status: 'active' },
      { status: 'inactive' },
      { status: 'blocked' },
      { status: 'lost' },
    ]);
    expect(await rowsOf(client, 'SELECT channel FROM recharge_points WHERE recharge_point_id = 1')).toEqual([
      { channel: 'default' },
    ]);
    expect(
      await rowsOf(
        client,
        `SELECT route_type, (SELECT count(*) >= 5 FROM route_stops WHERE route_id = 1) AS is_long
         FROM routes JOIN route_stops USING (route_id)
         WHERE route_id = 1 AND station_id = 1 AND sequence_order = 1`,
      ),
    ).toEqual([{ route_type: 'TRONCAL', is_long: true }]);
  });

  it('announces buses and an alert at station 1', async () => {
    const now = `'${NOW.toISOString()}'`;
    expect(
      await rowsOf(
        client,
        `SELECT FROM arrivals WHERE station_id = 1 AND estimated_arrival > ${now} LIMIT 10`,
      ),
    ).toHaveLength(10);
    expect(
      await rowsOf(
        client,
        `SELECT FROM alerts WHERE station_id = 1 AND start_time <= ${now} AND (end_time IS NULL OR end_time > ${now})`,
      ),
    ).toHaveLength(2);
  });

  it('has peaks in the morning and in the evening', async () => {
    const rows = await rowsOf(
      client,
      `SELECT extract(hour FROM boarding_time AT TIME ZONE 'America/Bogota')::int AS hour, count(*) AS trips
       FROM trips GROUP BY 1 ORDER BY 1`,
    );
    const at = (hour: number): number => Number(rows.find((row) => row.hour === hour)?.trips ?? 0);
    expect(at(6)).toBeGreaterThan(1.5 * at(11));
    expect(at(17)).toBeGreaterThan(1.5 * at(11));
    expect(at(2)).toBeLessThan(0.2 * at(11));
  });

  it('leaves every sequence behind the ids that it used', async () => {
    const columns = await rowsOf(
      client,
      `SELECT * FROM (
         SELECT table_name AS table, column_name AS column, pg_get_serial_sequence(table_name, column_name) AS sequence
         FROM information_schema.columns
         WHERE table_schema = 'public' AND (is_identity = 'YES' OR column_default LIKE 'nextval%')) columns
       WHERE sequence IS NOT NULL`,
    );
    expect(columns.length).toBeGreaterThan(15);
    for (const { table, column, sequence } of columns) {
      const [state] = await rowsOf(
        client,
        `SELECT coalesce(max(${String(column)}), 0) < nextval('${String(sequence)}') AS is_behind FROM ${String(table)}`,
      );
      expect({ table, ...state }).toEqual({ table, is_behind: true });
    }
  });

  it('is refused where there is data', async () => {
    await expect(seedDemonstration(url, SMALL)).rejects.toThrow(
      new StartupError(
        'the database is not empty (locations has rows): only an empty database can be seeded',
      ),
    );
    expect(await seedWhenEmpty(url, SMALL)).toBeNull();
  });
});

describe(seedDemonstration, () => {
  const fingerprint = (client: Client): Promise<Record<string, unknown>[]> =>
    rowsOf(
      client,
      ['users', 'cards', 'trips', 'postings', 'recharges', 'arrivals', 'alerts', 'vehicles', 'route_stops']
        .map(
          (table) =>
            `SELECT '${table}' AS table, md5(string_agg(t::text, ',' ORDER BY t::text)) FROM ${table} t`,
        )
        .join(' UNION ALL '),
    );

  it('writes the same rows for the same seed and moment, and others for another seed', async () => {
    const [one, same, other] = [await open(), await open(), await open()];
    await seedDemonstration(one.url, SMALL);
    await seedDemonstration(same.url, SMALL);
    await seedDemonstration(other.url, { ...SMALL, seed: 5 });

    expect(await fingerprint(same.client)).toEqual(await fingerprint(one.client));
    expect(await fingerprint(other.client)).not.toEqual(await fingerprint(one.client));
  });

  it('leaves every key, index and trigger as it was', async () => {
    const schema = (client: Client): Promise<Record<string, unknown>[]> =>
      rowsOf(
        client,
        `SELECT conrelid::regclass::text AS table, conname AS name, pg_get_constraintdef(oid) AS definition, convalidated AS valid
         FROM pg_constraint WHERE connamespace = 'public'::regnamespace
         UNION ALL SELECT indrelid::regclass::text, indexrelid::regclass::text, pg_get_indexdef(indexrelid), indisvalid
         FROM pg_index WHERE indrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)
         UNION ALL SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid), tgenabled = 'O'
         FROM pg_trigger WHERE NOT tgisinternal
         ORDER BY 1, 2, 3`,
      );
    const { url, client } = await open();
    const before = await schema(client);
    await seedDemonstration(url, SMALL);

    expect(await schema(client)).toEqual(before);
  });

  it('is right at a larger scale', async () => {
    const { url, client } = await open();
    const done: number[] = [];
    const summary = await seedDemonstration(url, {
      ...OPTIONS,
      cards: 5_000,
      trips: 50_000,
      progress: (trips) => done.push(trips),
    });
    expect(summary).toMatchObject({ cards: 5_000, trips: 50_000 });
    expect(done.at(-1)).toBe(50_000);
    await expectRight(client, url, summary.trips);
  });

  it('leaves nothing when it is interrupted, and can be run again', async () => {
    const { url, client } = await open();
    const ended = rowsOf.bind(
      null,
      client,
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'travel-recharge seed'`,
    );
    const killing: Promise<unknown>[] = [];
    const interrupted = seedDemonstration(url, {
      ...SMALL,
      log: (line) => {
        if (line.startsWith('Writing')) killing.push(ended());
      },
    });

    await expect(interrupted).rejects.toThrow(
      new StartupError('the connection to the database was lost: nothing is written'),
    );
    await Promise.all(killing);
    expect(
      await rowsOf(client, 'SELECT FROM stations UNION ALL SELECT FROM cards UNION ALL SELECT FROM postings'),
    ).toEqual([]);
    expect(await seedDemonstration(url, SMALL)).toMatchObject({ cards: 200, trips: 1_000 });
  });

  it('seeds once when two ask at the same moment', async () => {
    const { url } = await open();
    const summaries = await Promise.all([seedWhenEmpty(url, SMALL), seedWhenEmpty(url, SMALL)]);
    expect(summaries.filter((summary) => summary !== null)).toHaveLength(1);
  });

  it('leaves the ids that follow to the service', async () => {
    const { url } = await open();
    const options = { ...OPTIONS, now: new Date(), cards: 100, trips: 1_000, days: 7 };
    const { users, cards, trips, recharges } = await seedDemonstration(url, options);
    const fresh = await startService({ databaseUrl: url });
    afterTest(() => fresh.stop());

    const user_id = await aUser(fresh);
    const card_id = await aCard(fresh, 0, user_id);
    const recharge = await aRecharge(fresh, card_id, 20_000);
    const { body } = await post<BoardingResponse>(fresh, '/trips/start', {
      card_id,
      route_id: 1,
      boarding_station_id: 1,
    });

    expect({ user_id, card_id, recharge, trip_id: body.trip_id }).toEqual({
      user_id: users + 1,
      card_id: cards + 1,
      recharge: recharges + 1,
      trip_id: trips + 1,
    });
  });

  it('takes an empty database that cannot be reached for what it is', async () => {
    await expect(seedDemonstration('postgres://127.0.0.1:1/nothing', SMALL)).rejects.toThrow(
      /^cannot use the database 127\.0\.0\.1:1: /,
    );
  });
});

describe('npm run seed', () => {
  const run = (url: string, ...args: string[]): Promise<{ stdout: string }> =>
    promisify(execFile)(
      process.execPath,
      [join(__dirname, '..', '..', 'dist', 'programs', 'seed', 'main.js'), ...args],
      {
        env: { ...process.env, DATABASE_URL: url },
      },
    );

  it('seeds the database of DATABASE_URL, once', async () => {
    const { url, client } = await open();
    const { stdout } = await run(url, '--cards', '100', '--trips', '500');
    expect(stdout).toMatch(/^Seeded in [\d.]+ s: .*100 cards, 500 trips/m);
    expect(await rowsOf(client, 'SELECT count(*) AS trips FROM trips')).toEqual([{ trips: 500 }]);

    await expect(run(url)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^[^\n]*not empty[^\n]*\n$/) as string,
    });
  });

  it.each([[['--cards', 'ten']], [['--trips', '1']], [['--what']]])(
    'refuses %j in one line',
    async (args) => {
      await expect(run('postgres://127.0.0.1:1/nothing', ...args)).rejects.toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/^travel-recharge: [^\n]+\n$/) as string,
      });
    },
  );
});
