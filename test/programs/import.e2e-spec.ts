import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { takeOver } from '../../src/programs/import/take-over';
import { verifyLedger } from '../../src/programs/ledger-checks/verify-ledger';
import { connect } from '../builders/connect';
import { insert } from '../builders/insert';
import { aLegacyCity, like } from '../builders/legacy-city';
import { afterTest } from '../setup/after-test';
import { ask, post } from '../setup/api';
import { createDatabase, createEmptyDatabase, type TestDatabase } from '../setup/database';
import { ImportProgram, type ImportRun } from '../setup/import-program';
import { runInProcess } from '../setup/in-process';
import { stopLeftServer } from '../setup/left-server';
import {
  createLegacyDatabase,
  hasLegacyData,
  loadLegacyDatabase,
  type LegacyRows,
} from '../setup/legacy-database';
import { startService } from '../setup/service';
import { createTempFolder, removeFolder } from '../setup/temp-folder';

let folder: string;
let reports = 0;
let target: TestDatabase;
let client: Client;

beforeEach(async () => {
  folder = await createTempFolder();
  afterTest(() => removeFolder(folder));
  target = await createDatabase();
  afterTest(() => target.drop());
  client = await connect(target.url);
  afterTest(() => client.end());
});

describe('npm run import', () => {
  it('takes every table over, keeps the ids and goes on after them', async () => {
    const source = await legacy(aLegacyCity());

    const run = await importFrom(source.url);

    expect(run).toMatchObject({ code: 0, errors: '' });
    expect(run.output).toContain('31 rows accepted, 0 refused');
    expect(await report(run)).toEqual(['table,id,outcome,reason']);
    expect(await counts()).toEqual({
      locations: 1,
      concessionaires: 1,
      depots: 1,
      vehicles: 1,
      drivers: 1,
      stations: 4,
      routes: 2,
      route_stops: 6,
      recharge_points: 2,
      users: 2,
      cards: 2,
      imported_fares: 2,
      recharges: 3,
      recharge_transactions: 2,
      trips: 3,
      open_trips: 0,
      postings: 6,
      arrivals: 1,
      vehicle_positions: 1,
      alerts: 1,
      station_destinations: 1,
    });
    expect((await insert(client, 'users', newUser)).user_id).toBe(3);
    expect((await insert(client, 'locations', { name: 'Suba' })).location_id).toBe(2);
    expect(
      await query(
        `SELECT nextval('trips_trip_id_seq') AS trip, nextval('recharges_recharge_id_seq') AS recharge`,
      ),
    ).toEqual([{ trip: 4, recharge: 4 }]);
  });

  it('takes riders over who can be erased as any other', async () => {
    const [first, ...others] = aLegacyCity().users ?? [];
    const rider = { ...first, first_name: 'Ñusta  Inés', last_name: `O'Gorman "Quilapán"` };
    await importFrom((await legacy({ ...aLegacyCity(), users: [rider, ...others] })).url);
    expect(await textsAbout('Gorman')).toContain('users');
    const service = await startService({ databaseUrl: target.url });
    afterTest(() => service.stop());

    expect((await post(service, '/users/1/erasure', { pay_out: true })).body).toMatchObject({
      paid_out: 4200,
    });

    for (const value of ['Gorman', 'Ñusta', 'user1@example.co', '1000000001'])
      expect([value, await textsAbout(value)]).toEqual([value, []]);
    expect(
      await query('SELECT user_id, registration_date FROM users WHERE erased_at IS NOT NULL'),
    ).toHaveLength(1);
    await expectBooksToBeRight();
  });

  it('makes the ends of a route its first and last stop, with ids after those that are kept', async () => {
    await importFrom((await legacy(aLegacyCity())).url);

    expect(
      await query('SELECT route_stop_id, route_id, sequence_order, station_id FROM route_stops ORDER BY 1'),
    ).toEqual([
      { route_stop_id: 10, route_id: 1, sequence_order: 1, station_id: 2 },
      { route_stop_id: 11, route_id: 1, sequence_order: 2, station_id: 1 },
      { route_stop_id: 12, route_id: 1, sequence_order: 0, station_id: 1 },
      { route_stop_id: 13, route_id: 1, sequence_order: 3, station_id: 3 },
      { route_stop_id: 14, route_id: 2, sequence_order: 0, station_id: 3 },
      { route_stop_id: 15, route_id: 2, sequence_order: 1, station_id: 4 },
    ]);
    expect(
      await insert(client, 'route_stops', { route_id: 1, sequence_order: 9, station_id: 1 }),
    ).toMatchObject({
      route_stop_id: 16,
    });
  });

  it('opens a card with its balance by one posting, and posts the past on the opening account', async () => {
    await importFrom((await legacy(aLegacyCity())).url);

    expect(await query('SELECT card_id, balance, version, credit_limit FROM cards ORDER BY 1')).toEqual([
      { card_id: 1, balance: 4_200, version: 1, credit_limit: 0 },
      { card_id: 2, balance: 0, version: 0, credit_limit: 0 },
    ]);
    expect(
      await query(`SELECT postings.kind, debit.kind AS debit, debit.channel, credit.kind AS credit, credit.concessionaire_id,
          amount, card_id, card_version, card_balance, recharge_id, trip_id
        FROM postings JOIN accounts debit ON debit.account_id = debit_account_id
          JOIN accounts credit ON credit.account_id = credit_account_id ORDER BY posting_id`),
    ).toEqual([
      posting({
        kind: 'recharge',
        debit: 'cash',
        channel: 'online',
        credit: 'opening',
        amount: 20_000,
        recharge_id: 2,
      }),
      posting({
        kind: 'recharge',
        debit: 'cash',
        channel: 'default',
        credit: 'opening',
        amount: 10_000,
        recharge_id: 1,
      }),
      posting({ kind: 'fare', debit: 'opening', credit: 'fare_revenue', amount: 2_950, trip_id: 3 }),
      posting({
        kind: 'fare',
        debit: 'opening',
        credit: 'fare_revenue',
        concessionaire_id: 1,
        amount: 2_950,
        trip_id: 1,
      }),
      posting({
        kind: 'recharge',
        debit: 'cash',
        channel: 'default',
        credit: 'opening',
        amount: 5_000,
        recharge_id: 3,
      }),
      posting({
        kind: 'opening',
        debit: 'opening',
        credit: 'card',
        amount: 4_200,
        card_id: 1,
        card_version: 1,
        card_balance: 4_200,
      }),
    ]);
    await expectBooksToBeRight();
  });

  it('keeps what trips were charged, and reads times as local time of Bogotá', async () => {
    await importFrom((await legacy(aLegacyCity())).url);

    expect(
      await query(`SELECT trip_id, status, fare_amount, fare_product, is_transfer, boarding_time, disembarking_time
        FROM trips ORDER BY 1`),
    ).toEqual([
      {
        trip_id: 1,
        status: 'completed',
        fare_amount: 2_950,
        fare_product: 'STANDARD_SITP',
        is_transfer: false,
        boarding_time: new Date('2024-06-05T12:50:21Z'),
        disembarking_time: new Date('2024-06-05T13:10:00Z'),
      },
      {
        trip_id: 2,
        status: 'completed',
        fare_amount: 0,
        fare_product: 'TRANSFER_0_COST',
        is_transfer: true,
        boarding_time: new Date('2024-06-05T13:20:00Z'),
        disembarking_time: new Date('2024-06-05T13:50:00Z'),
      },
      {
        trip_id: 3,
        status: 'closed_without_exit',
        fare_amount: 2_950,
        fare_product: 'STANDARD_SITP',
        is_transfer: false,
        boarding_time: new Date('2024-06-05T01:00:00Z'),
        disembarking_time: null,
      },
    ]);
    expect(await query('SELECT updated_at, acquisition_date FROM cards WHERE card_id = 1')).toEqual([
      { updated_at: new Date('2025-04-04T05:00:00Z'), acquisition_date: '2021-09-30' },
    ]);
  });

  it('reports each row that it refuses and why, takes the others, and ends with 2', async () => {
    const source = await legacy(
      aLegacyCity({
        locations: [
          { location_id: 2, name: null },
          like('locations', { location_id: 3 }),
          { location_id: 4, name: '\u200b\u3000' },
          { location_id: 5, name: 'x'.repeat(13_000) },
        ],
        depots: [like('depots', { depot_id: 2, location_id: 2 })],
        vehicles: [
          like('vehicles', { vehicle_id: 2, license_plate: 'AAA002', status: 'parked', current_depot_id: 2 }),
        ],
        drivers: [like('drivers', { driver_id: 2, employee_id: '', license_number: '' })],
        stations: [like('stations', { station_id: 5, station_code: 'P05', latitude: 'NaN' })],
        routes: [like('routes', { route_id: 3, route_code: 'B1', origin_station_id: 5 })],
        intermediate_stations: [
          { intermediate_station_id: 12, route_id: 1, station_id: 2, sequence_order: 2 },
          { intermediate_station_id: 13, route_id: 1, station_id: 2, sequence_order: 0 },
        ],
        fares: [like('fares', { fare_id: 3, value: 0.5 })],
        users: [
          like('users', { user_id: 3, email: 'USER1@example.co', id_number: 'x3' }),
          like('users', { user_id: 4, email: '', id_number: '', gender: 'female' }),
          like('users', { user_id: 1, email: 'zoe@example.co', id_number: 'x5' }),
          like('users', { user_id: 5, email: null, id_number: null, registration_date: 'infinity' }),
          like('users', { user_id: 6, email: 'six@example.co', id_number: 'x6\u202e' }),
          like('users', { user_id: 7, email: 'user1@example.co\u200b', id_number: 'x7' }),
        ],
        cards: [
          like('cards', { card_id: 3 }),
          like('cards', { card_id: 4, card_number: 'C4', balance: 10.5 }),
          like('cards', { card_id: 5, card_number: 'C5', balance: 'NaN' }),
          like('cards', { card_id: 6, card_number: 'C6', balance: 1e308 }),
          like('cards', { card_id: 7, card_number: 'C7', user_id: 99 }),
          like('cards', { card_id: 8, card_number: 'C8', status: 'stolen', balance: null }),
          like('cards', { card_id: 9, card_number: 'C9', user_id: 3 }),
          like('cards', { card_id: -1, card_number: 'C10' }),
          like('cards', { card_id: null, card_number: 'C11' }),
        ],
        recharges: [
          like('recharges', { recharge_id: 4, amount: -50_000, transaction_id: 't4' }),
          like('recharges', { recharge_id: 5, card_id: 9, transaction_id: 't5' }),
          like('recharges', { recharge_id: 9_000_000_000, transaction_id: 't6' }),
        ],
        trips: [
          like('trips', { trip_id: 4, fare_id: 3 }),
          like('trips', { trip_id: 5, card_id: 77, disembarking_time: '2024-06-05 07:00:00' }),
        ],
      }),
    );

    const run = await importFrom(source.url);

    expect(run).toMatchObject({ code: 2, errors: '' });
    expect(run.output).toContain('31 rows accepted, 32 refused');
    expect(await report(run)).toEqual([
      'table,id,outcome,reason',
      'locations,2,refused,name is missing',
      'locations,3,refused,"name is that of an earlier row, location_id 1"',
      'locations,4,refused,name is missing',
      'locations,5,refused,name must have at most 255 characters',
      'depots,2,refused,location_id 2 was refused: name is missing',
      `vehicles,2,refused,"status 'parked' is not one of active, inactive, maintenance; current_depot_id 2 was refused: location_id 2 was refused: name is missing"`,
      'drivers,2,refused,employee_id is missing',
      'stations,5,refused,latitude NaN is not between -90 and 90',
      'routes,3,refused,origin_station_id 5 was refused: latitude NaN is not between -90 and 90',
      'intermediate_stations,12,refused,"sequence_order of the route is that of an earlier row, intermediate_station_id 11"',
      'intermediate_stations,13,refused,sequence_order 0 is not between 1 and 1000000',
      'users,1,refused,"user_id is that of an earlier row, user_id 1"',
      'users,3,refused,"email is that of an earlier row, user_id 1"',
      `users,4,refused,"gender 'female' is not one of F, M, O"`,
      'users,5,refused,registration_date infinity is not a date of the years 1 to 9999',
      'users,6,refused,id_number must not contain the character U+202E',
      'users,7,refused,"email is that of an earlier row, user_id 1"',
      'cards,-1,refused,card_id is not between 1 and 9007199254740991',
      'cards,3,refused,"card_number is that of an earlier row, card_id 1"',
      'cards,4,refused,balance 10.5 is not a whole amount',
      'cards,5,refused,balance NaN is not a whole amount',
      'cards,6,refused,balance 1e+308 is not a whole amount',
      'cards,7,refused,user_id 99 is not among the users',
      `cards,8,refused,"balance is missing; status 'stolen' is not one of active, inactive, blocked, lost"`,
      'cards,9,refused,"user_id 3 was refused: email is that of an earlier row, user_id 1"',
      'cards,,refused,card_id is missing',
      'fares,3,refused,value 0.5 is not a whole amount',
      'recharges,4,refused,amount -50000 is not more than 0',
      'recharges,5,refused,"card_id 9 was refused: user_id 3 was refused: email is that of an earlier row, user_id 1"',
      'recharges,9000000000,refused,recharge_id is not between 1 and 2000000000',
      'trips,4,refused,fare_id 3 was refused: value 0.5 is not a whole amount',
      'trips,5,refused,disembarking_time is before boarding_time; card_id 77 is not among the cards',
    ]);
    expect(await counts()).toMatchObject({ users: 2, cards: 2, recharges: 3, trips: 3, postings: 6 });
    expect((await insert(client, 'users', newUser)).user_id).toBe(8);
    await expectBooksToBeRight();
  });

  it('takes where a vehicle was at a time once', async () => {
    const source = await legacy(
      aLegacyCity({ route_current_location: [like('route_current_location', { location_update_id: 2 })] }),
    );

    const run = await importFrom(source.url);

    expect(run).toMatchObject({ code: 2, errors: '' });
    expect(await report(run)).toEqual([
      'table,id,outcome,reason',
      'route_current_location,2,refused,"timestamp of the vehicle is that of an earlier row, location_update_id 1"',
    ]);
  });

  it('notes what it takes in another form than it was', async () => {
    const source = await legacy(
      aLegacyCity({
        locations: [{ location_id: 2, name: ' San\u00a0Cristo\u0301bal\u200b', description: '\u200b' }],
        stations: [like('stations', { station_id: 5, station_code: 'P05', is_active: null })],
        routes: [like('routes', { route_id: 3, route_code: 'B1', origin_station_id: null })],
        cards: [like('cards', { card_id: 3, card_number: 'C3', balance: -2_950 })],
        recharges: [
          like('recharges', { recharge_id: 4 }),
          like('recharges', { recharge_id: 5, transaction_id: 't1 ' }),
          like('recharges', { recharge_id: 6, transaction_id: '\u200b' }),
        ],
        trips: [like('trips', { trip_id: 4, fare_id: null })],
      }),
    );
    await execute(source.url, 'CREATE TABLE audit (line text); ALTER TABLE users ADD nickname text');

    const run = await importFrom(source.url);

    expect(run).toMatchObject({ code: 0, errors: '' });
    expect(await report(run)).toEqual([
      'table,id,outcome,reason',
      'audit,,note,this service does not have this table: it was not read',
      'users,,note,this service does not have the column nickname: it was not read',
      'locations,2,note,"name was tidied: its blanks, its invisible characters or the Unicode form of its accents; description was tidied: its blanks, its invisible characters or the Unicode form of its accents"',
      'stations,5,note,is_active is missing: imported as false',
      'routes,3,note,it has no origin: its stops begin with the second one',
      'cards,3,note,balance -2950 is negative: the card may owe as much as it does',
      'recharges,4,note,"transaction_id is that of an earlier row, recharge_id 1"',
      'recharges,6,note,"transaction_id was tidied: its blanks, its invisible characters or the Unicode form of its accents"',
      'trips,4,note,it has no fare: nothing was charged',
    ]);
    expect(await query('SELECT balance, credit_limit, version FROM cards WHERE card_id = 3')).toEqual([
      { balance: -2_950, credit_limit: 2_950, version: 1 },
    ]);
    expect(
      await query(
        'SELECT recharge_id, amount, transaction_id FROM recharges WHERE recharge_id IN (1, 4, 5, 6) ORDER BY 1',
      ),
    ).toEqual([
      { recharge_id: 1, amount: 10_000, transaction_id: 't1' },
      { recharge_id: 4, amount: 10_000, transaction_id: null },
      { recharge_id: 5, amount: 10_000, transaction_id: 't1 ' },
      { recharge_id: 6, amount: 10_000, transaction_id: null },
    ]);
    expect(await query('SELECT name, description FROM locations WHERE location_id = 2')).toEqual([
      { name: 'San Cristóbal', description: null },
    ]);
    expect(await query('SELECT fare_amount, fare_product FROM trips WHERE trip_id = 4')).toEqual([
      { fare_amount: 0, fare_product: 'NONE' },
    ]);
    await expectBooksToBeRight();
  });

  it('changes nothing when it is run again, on the source or a copy of it', async () => {
    const rows = aLegacyCity({ cards: [like('cards', { card_id: 3 })] });
    const source = await legacy(rows);
    const first = await importFrom(source.url);
    await insert(client, 'users', newUser);
    const before = await everything();

    const copy = await legacy(rows);
    for (const { url } of [source, copy]) {
      const again = await importFrom(url);
      expect(again).toMatchObject({ code: 2, errors: '' });
      expect(again.output).toContain('nothing is changed');
      expect(await report(again)).toEqual(await report(first));
    }
    expect(await everything()).toEqual(before);
  });

  it('refuses another source, and the same one when its rows have changed', async () => {
    const source = await legacy(aLegacyCity());
    await importFrom(source.url);
    const before = await everything();
    await execute(source.url, 'UPDATE cards SET balance = 4250 WHERE card_id = 1');

    const run = await importFrom(source.url);

    expect(run.code).toBe(1);
    expect(run.errors).toMatch(/^travel-recharge: the target holds an import of other rows .*\n$/);
    expect(await everything()).toEqual(before);
  });

  it('refuses a target that is not empty', async () => {
    await insert(client, 'users', newUser);
    const before = await everything();

    const run = await importFrom((await legacy(aLegacyCity())).url);

    expect(run.code).toBe(1);
    expect(run.errors).toMatch(/^travel-recharge: the target is not empty \(it has users\): .*\n$/);
    expect(await everything()).toEqual(before);
  });

  it('leaves the constraints and indexes as they were', async () => {
    const before = await schema();

    await importFrom((await legacy(aLegacyCity())).url);

    expect(await schema()).toEqual(before);
  });

  it('migrates an empty target first', async () => {
    const empty = await createEmptyDatabase();
    afterTest(() => empty.drop());

    expect(await importFrom((await legacy(aLegacyCity())).url, empty.url)).toMatchObject({ code: 0 });
  });

  it('leaves nothing when it is killed in the middle, and starts over', async () => {
    const source = await legacy(aLargeCity());
    const before = await counts();
    const program = start(source.url);
    await holdUp(async () => {
      program.kill('SIGKILL');
      await program.ended;
      // While its statement still waits: the server has noticed that nobody waits for it any more.
      await untilNobodyImports();
    });

    expect(await counts()).toEqual(before);
    expect(await importFrom(source.url)).toMatchObject({ code: 0 });
    await expectBooksToBeRight();
  });

  it('says so in one line when it is interrupted, and leaves nothing', async () => {
    const before = await counts();
    const program = start((await legacy(aLargeCity())).url);
    await holdUp(async () => {
      program.kill('SIGTERM');
      await program.ended;
      // Its locks are gone with its statement, which would still wait.
      await untilNobodyImports();
    });

    expect(await program.ended).toMatchObject({
      code: 143,
      errors: 'travel-recharge: stopped by SIGTERM before it was done; nothing half-done is left\n',
    });
    expect(await counts()).toEqual(before);
  });

  it('refuses to run beside another import', async () => {
    const source = await legacy(aLargeCity());
    const first = start(source.url);
    await holdUp(async () => {
      expect(await importFrom(source.url)).toMatchObject({
        code: 1,
        errors: 'travel-recharge: another import into this database is running\n',
      });
    });

    expect(await first.ended).toMatchObject({ code: 0 });
  });

  it.each([
    ['no source', [], '--from is missing'],
    ['a URL that is none', ['--from', 'localhost'], '--from must be a URL'],
    [
      'a server that is not there',
      ['--from', 'postgres://u:secret@127.0.0.1:1/db'],
      'cannot use the database',
    ],
    ['an unknown option', ['--form', 'x'], "Unknown option '--form'"],
  ])('refuses %s in one line', async (_, args, message) => {
    const run = await runInProcess(takeOver, args, target.url);

    expect(run).toMatchObject({ code: 1, output: '' });
    expect(run.errors).toContain(message);
    expect(run.errors).toMatch(/^[^\n]+\n$/);
    expect(run.errors).not.toContain('secret');
  });

  it('refuses a source without a table or column of the replaced service', async () => {
    const source = await legacy(aLegacyCity());
    await execute(source.url, 'DROP TABLE alerts; ALTER TABLE users DROP email');

    expect((await importFrom(source.url)).errors).toMatch(
      /^travel-recharge: .* is no database of the replaced service: it has no (table alerts, no column users.email|column users.email, no table alerts)\n$/,
    );
  });

  it('fills the embedded database where no other is named', async () => {
    const source = await legacy(aLegacyCity());
    const env = { DATA_DIR: join(folder, 'data') };
    afterTest(() => stopLeftServer(env.DATA_DIR));

    const run = await ImportProgram.start(folder, ['--from', source.url], env).ended;

    expect(run).toMatchObject({ code: 0, errors: '' });
    expect(run.output).toContain('31 rows accepted, 0 refused');
    const again = await ImportProgram.start(folder, ['--from', source.url, '--report', 'again.csv'], env)
      .ended;
    expect(again.output).toContain('nothing is changed');
    expect(existsSync(join(folder, 'again.csv'))).toBe(true);
  });
});

if (hasLegacyData()) {
  describe('npm run import of all that the replaced service had', () => {
    it('takes every row over, and the service answers with them', async () => {
      const source = await loadLegacyDatabase();
      afterTest(() => source.drop());

      const run = await importFrom(source.url);

      expect(run).toMatchObject({ code: 0, errors: '' });
      expect(run.output).toContain('318,961 rows accepted, 0 refused');
      expect(
        await query(`SELECT kind, count(*), sum(amount) FROM postings GROUP BY kind ORDER BY kind`),
      ).toEqual([
        { kind: 'fare', count: 75_913, sum: 213_061_600 },
        { kind: 'opening', count: 17_058, sum: 436_749_050 },
        { kind: 'recharge', count: 80_000, sum: 2_044_312_600 },
      ]);
      expect(
        await query(`SELECT count(*) FILTER (WHERE NOT is_active) AS inactive_routes,
            count(*) FILTER (WHERE cards.status <> 'active') AS inactive_cards
          FROM trips JOIN routes USING (route_id) JOIN cards USING (card_id)`),
      ).toEqual([{ inactive_routes: 9_001, inactive_cards: 8_641 }]);
      await expectBooksToBeRight();

      const service = await startService({ databaseUrl: target.url });
      afterTest(() => service.stop());
      expect((await ask(service, '/trips/total')).body).toMatchObject({
        total_trips: 85_000,
        total_revenue: 213_061_600,
      });
      expect((await ask(service, '/users/count')).body).toEqual({ total_users: 25_000 });
      expect((await ask(service, '/users/active/count')).body).toEqual({ active_users_count: 20_275 });
      expect((await ask(service, '/users/latest')).body).toMatchObject({ latest_user: { user_id: 21_620 } });
      expect((await ask(service, '/finance/revenue')).body).toMatchObject({
        recharge_revenue: 2_044_312_600,
      });

      const before = await query(
        'SELECT count(*), max(posting_id), max(xmin::text) AS written_by FROM postings',
      );
      expect(await importFrom(source.url)).toMatchObject({ code: 0, errors: '' });
      expect(
        await query('SELECT count(*), max(posting_id), max(xmin::text) AS written_by FROM postings'),
      ).toEqual(before);
    });
  });
} else {
  it('is NOT tested with the data of the replaced service: ../shared/data/legacy is not there', () => {
    console.warn('The import was tested with a small city only: ../shared/data/legacy is not there.');
  });
}

const newUser = { first_name: 'Ana', last_name: 'Rojas', registration_date: '2025-06-01' };

const TABLES = [
  ...['locations', 'concessionaires', 'depots', 'vehicles', 'drivers', 'stations', 'routes', 'route_stops'],
  ...['recharge_points', 'users', 'cards', 'imported_fares', 'recharges', 'recharge_transactions', 'trips'],
  ...['open_trips', 'postings', 'arrivals', 'vehicle_positions', 'alerts', 'station_destinations'],
];

/** The tables with a row in which a text is. */
async function textsAbout(text: string): Promise<string[]> {
  const found: string[] = [];
  for (const { name } of await query(
    `SELECT relname AS name FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition`,
  )) {
    const rows = await query(`SELECT FROM ${String(name)} t WHERE strpos(to_jsonb(t)::text, '${text}') > 0`);
    if (rows.length > 0) found.push(String(name));
  }
  return found;
}

async function legacy(rows: LegacyRows): Promise<TestDatabase> {
  const source = await createLegacyDatabase(rows);
  afterTest(() => source.drop());
  return source;
}

/** As a process of its own, which can be stopped. */
function start(from: string): ImportProgram {
  return ImportProgram.start(folder, ['--from', from], { DATABASE_URL: target.url });
}

function importFrom(from: string, into = target.url): Promise<ImportRun> {
  reports += 1;
  const report = join(folder, `report-${reports}.csv`);
  return runInProcess(takeOver, ['--from', from, '--report', report], into);
}

/** The lines of the report that the run names. */
async function report({ output }: ImportRun): Promise<string[]> {
  const path = /^Report: (.+)$/m.exec(output)?.[1];
  if (path === undefined) throw new Error(`no report is named in:\n${output}`);
  return (await readFile(path, 'utf8')).trimEnd().split('\n');
}

async function query(sql: string): Promise<Record<string, unknown>[]> {
  return (await client.query<Record<string, unknown>>(sql)).rows;
}

async function execute(url: string, sql: string): Promise<void> {
  const session = await connect(url);
  await session.query(sql);
  await session.end();
}

/** How many rows each table has. */
async function counts(): Promise<Record<string, unknown> | undefined> {
  const columns = TABLES.map((table) => `(SELECT count(*) FROM ${table}) AS ${table}`);
  return (await query(`SELECT ${columns.join(', ')}`))[0];
}

/** Every row with the transaction that wrote it, and where every sequence stands. */
async function everything(): Promise<unknown> {
  const rows: Record<string, unknown> = {};
  for (const table of [...TABLES, 'accounts', 'imports', 'import_tables', 'import_findings']) {
    rows[table] = await query(
      `SELECT t.xmin::text AS written_by, t::text AS values FROM ${table} t ORDER BY 2, 1`,
    );
  }
  const sequences = await query('SELECT sequencename, last_value FROM pg_sequences ORDER BY 1');
  return { rows, sequences };
}

/** Every constraint and index, and whether it is in force. */
async function schema(): Promise<unknown> {
  const constraints = await query(`SELECT conrelid::regclass::text AS "table", conname, convalidated,
      pg_get_constraintdef(oid) AS definition
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2`);
  const indexes =
    await query(`SELECT indexrelid::regclass::text AS name, indisvalid, pg_get_indexdef(indexrelid) AS definition
    FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
    WHERE relnamespace = 'public'::regnamespace ORDER BY 1`);
  return { constraints, indexes };
}

function posting(values: Record<string, unknown>): Record<string, unknown> {
  const nothing = { channel: null, concessionaire_id: null, recharge_id: null, trip_id: null };
  return { ...nothing, card_id: null, card_version: null, card_balance: null, ...values };
}

async function expectBooksToBeRight(): Promise<void> {
  for await (const { name, breaks } of verifyLedger(target.url))
    expect({ name, breaks }).toEqual({ name, breaks: [] });
}

/**
 * Lets an import come as far as its trips, does something, and lets it go on: the trips of `aLargeCity` need a partition
 * of their own, and who creates one holds this lock.
 */
async function holdUp(work: () => Promise<void>): Promise<void> {
  const holder = await connect(target.url);
  try {
    await holder.query('SELECT pg_advisory_lock(7316003)');
    const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    while ((await query(waiting)).length === 0) await sleep(20);
    await work();
  } finally {
    await holder.end();
  }
}

/** With an id that is beyond the partitions of a new database. */
function aLargeCity(): LegacyRows {
  return aLegacyCity({ trips: [like('trips', { trip_id: 15_000_000 })] });
}

async function untilNobodyImports(): Promise<void> {
  const importing = `SELECT FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'travel-recharge import'`;
  while ((await query(importing)).length > 0) await sleep(20);
}
