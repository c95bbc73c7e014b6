import type { Client } from 'pg';
import { DataSource } from 'typeorm';
import type { RevenueResponse, RevenueByLocality } from '../../src/modules/finance/dto/revenue.dto';
import { BoardingsRepository } from '../../src/modules/trips/boardings.repository';
import type { BoardingResponse, TripTotals } from '../../src/modules/trips/dto/trip-responses.dto';
import { insert } from '../builders/insert';
import { aCard, aLine, balanceOf, FARE, type Line } from '../builders/rides';
import { afterTest } from '../setup/after-test';
import { ask, post } from '../setup/api';
import type { TestDatabase } from '../setup/database';
import type { Service } from '../setup/service';
import { startOverDatabase } from '../setup/service-over-database';

let database: TestDatabase;
let client: Client;
let service: Service;
let line: Line;

beforeAll(async () => {
  ({ database, client, service } = await startOverDatabase());
  line = await aLine(client);
});

describe('a boarding', () => {
  it('is paid for at once, and by a rider who never taps out too', async () => {
    const card_id = await aCard(service, 2 * FARE);
    const first = (await post<BoardingResponse>(service, '/trips/start', { card_id, ...line.boarding })).body;

    expect(await balanceOf(service, card_id)).toBe(FARE);
    for (const table of ['trips', 'open_trips']) {
      await client.query(
        `UPDATE ${table} SET boarding_time = boarding_time - interval '3 hours 1 second' WHERE trip_id = $1`,
        [first.trip_id],
      );
    }
    const second = await post(service, '/trips/start', { card_id, ...line.boarding });

    expect(second).toMatchObject({
      status: 200,
      body: { fare_amount: FARE, new_balance: 0, status: 'in_progress' },
    });
    expect((await ask(service, `/trips/${first.trip_id}`)).body).toMatchObject({
      status: 'closed_without_exit',
      disembarking_station_id: null,
      disembarking_time: null,
      fare_amount: FARE,
    });
  });

  it('reads no more than it needs of thousands of vehicles and drivers', async () => {
    const { concessionaire_id, boarding } = line;
    await client.query(
      `INSERT INTO vehicles (license_plate, vehicle_type, concessionaire_id)
       SELECT 'P' || n, 'ARTICULADO', $1 FROM generate_series(1, 2000) n`,
      [concessionaire_id],
    );
    await client.query(
      `INSERT INTO drivers (employee_id, first_name, last_name, concessionaire_id)
       SELECT 'E' || n, 'Sintética', 'Persona', $1 FROM generate_series(1, 2000) n`,
      [concessionaire_id],
    );
    await client.query('ANALYZE vehicles, drivers');
    const card_id = await aCard(service, 20_000);
    const dataSource = await new DataSource({ type: 'postgres', url: database.url }).initialize();
    afterTest(() => dataSource.destroy());

    const read = await dataSource.transaction(async (manager) => {
      await new BoardingsRepository().findOpen(manager, { card_id: 1_900, ...boarding });
      return manager.query<{ table: string; rows: string }[]>(
        `SELECT relname AS table, seq_tup_read + coalesce(idx_tup_fetch, 0) AS rows FROM pg_stat_xact_user_tables
         WHERE relname IN ('vehicles', 'drivers') AND seq_scan + coalesce(idx_scan, 0) > 0`,
      );
    });

    expect(read).toEqual([
      { table: 'vehicles', rows: '3' },
      { table: 'drivers', rows: '3' },
    ]);
    expect((await post(service, '/trips/start', { card_id, ...boarding })).body).toMatchObject({
      vehicle_id: expect.any(Number) as unknown,
      driver_id: expect.any(Number) as unknown,
    });
  });
});

describe('a ride', () => {
  it('is taken off the balance that is read next', async () => {
    const card_id = await aCard(service, 20_000);
    await balanceOf(service, card_id);

    await post(service, '/trips/complete', { card_id, ...line.ride });

    expect(await balanceOf(service, card_id)).toBe(20_000 - FARE);
  });

  it('does not end where nothing can be ended: neither the trip, nor the trail says so', async () => {
    const card_id = await aCard(service, FARE);
    const { body } = await post<BoardingResponse>(service, '/trips/start', { card_id, ...line.boarding });
    const { trip_id } = body;
    await client.query('DELETE FROM open_trips WHERE trip_id = $1', [trip_id]);

    // By fetch itself: no operation declares that the service fails.
    const { status } = await fetch(`${service.url}/trips/end`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ trip_id, disembarking_station_id: line.boarding.boarding_station_id }),
    });

    expect(status).toBe(500);
    expect((await ask(service, `/trips/${trip_id}`)).body).toMatchObject({ status: 'in_progress' });
    const { rowCount } = await client.query(
      `SELECT FROM audit_entries WHERE operation = 'POST /trips/end' AND object_id = $1`,
      [String(trip_id)],
    );
    expect(rowCount).toBe(0);
  });

  it('costs what it cost, whatever the price becomes', async () => {
    const card_id = await aCard(service, 20_000);
    const before = (await post<BoardingResponse>(service, '/trips/complete', { card_id, ...line.ride })).body;
    const revenueBefore = (await ask<RevenueResponse>(service, '/finance/revenue')).body;

    await insert(client, 'tariffs', { component: 'trunk', valid_from: '2020-01-01', price: FARE + 500 });
    await ask(service, '/cache/clear', { method: 'POST' });
    const revenueAfter = (await ask<RevenueResponse>(service, '/finance/revenue')).body;
    const after = await post(service, '/trips/complete', { card_id, ...line.ride });
    await client.query(`DELETE FROM tariffs WHERE valid_from = '2020-01-01'`);

    expect(revenueAfter).toEqual(revenueBefore);
    expect(after.body).toMatchObject({ fare_amount: FARE + 500 });
    expect((await ask(service, `/trips/card/${card_id}`)).body).toMatchObject({
      trips: [{ fare: FARE + 500 }, { trip_id: before.trip_id, fare: FARE }],
    });
  });
});

describe('the revenue', () => {
  it('is the same at every operation that tells it, trips in progress included', async () => {
    const card_id = await aCard(service, 20_000);
    await post(service, '/trips/complete', { card_id, ...line.ride });
    await post(service, '/trips/start', { card_id, ...line.boarding });

    const revenue = (await ask<RevenueResponse>(service, '/finance/revenue')).body;
    const byLocality = (await ask<RevenueByLocality>(service, '/finance/revenue/localities')).body;
    const trips = (await ask<TripTotals>(service, '/trips/total')).body;

    expect(revenue.total_revenue).toBeGreaterThan(0);
    expect(revenue.fare_revenue).toBe(revenue.total_revenue);
    expect((await ask(service, '/trips/finance/revenue')).body).toEqual(revenue);
    expect(byLocality.data.reduce((sum, { total_revenue }) => sum + total_revenue, 0)).toBe(
      revenue.total_revenue,
    );
    expect(trips.total_revenue).toBe(revenue.total_revenue);
  });
});
