import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import type { Client } from 'pg';
import { databaseOf } from '../../platform/access/program-database';
import { recordProgram } from '../../platform/audit/record-program';
import { withCacheOff } from '../../platform/cache/protocol/with-cache-off';
import { DeferredChecks } from '../../platform/postgres/deferred-checks';
import { resetTotals } from '../../modules/maintenance/reset-totals';
import { readFareRules } from '../../modules/fares/read-fare-rules';
import { Demand } from './history/demand';
import type { Boarding } from './history/events';
import { HistoryWriter, type Accounts } from './history/history-writer';
import { Simulation, type World } from './history/simulation';
import { requireTariffs } from './history/tariffs';
import { Timeline } from './history/timeline';
import { copyRows } from './load/copy';
import { findOccupiedTable, requireEmpty } from './load/empty-database';
import { advanceSequences } from './load/sequences';
import { inTransaction } from './load/session';
import { City } from './network/city';
import { writeNetwork } from './network/network-rows';
import { Validators } from './network/validators';
import { CARD_COLUMNS, cardRows } from './people/card-rows';
import { Riders } from './people/riders';
import { USER_COLUMNS, userRows } from './people/user-rows';
import { ALERT_COLUMNS, alertRows } from './present/alerts';
import { DeviceReports, SUSPENDED_COLUMNS, TAP_COLUMNS, VALIDATOR_COLUMNS } from './present/device-reports';
import { HotCards } from './present/hot-cards';
import { ARRIVAL_COLUMNS, POSITION_COLUMNS, arrivalRows, positionRows } from './present/timetable';
import { sizeOf, type SeedOptions } from './seed-options';

/** How many rows were written. */
export interface SeedSummary {
  readonly stations: number;
  readonly routes: number;
  readonly users: number;
  readonly cards: number;
  readonly trips: number;
  readonly openTrips: number;
  readonly recharges: number;
  readonly postings: number;
}

const DEFAULT_SEED = 20_001_218;

const ANALYZED = [
  'stations',
  'routes',
  'route_stops',
  'users',
  'accounts',
  'cards',
  'recharges',
  'trips',
  'postings',
  'arrivals',
  'validators',
  'taps',
  'device_list_members',
];

/**
 * Fills an empty, migrated database with a city and its history. It uses one transaction, so nothing is left if it is
 * interrupted.
 *
 * @throws StartupError if the database cannot be reached or has data, or if the size is impossible.
 */
export async function seedDemonstration(url: string, options: SeedOptions): Promise<SeedSummary> {
  return inTransaction(url, options.signal, async (client) => {
    await requireEmpty(client);
    return seedPastTheCache(url, client, options);
  });
}

/** The same, but it returns null if there is data already. Several processes may call it at the same time. */
export async function seedWhenEmpty(url: string, options: SeedOptions): Promise<SeedSummary | null> {
  return inTransaction(url, options.signal, async (client) =>
    (await findOccupiedTable(client)) === null ? seedPastTheCache(url, client, options) : null,
  );
}

/** Does the whole transaction. From `beforeCommit` on, its locks keep the cache off until the transaction has ended. */
async function seedPastTheCache(url: string, client: Client, options: SeedOptions): Promise<SeedSummary> {
  return withCacheOff(url, async (beforeCommit) => {
    const summary = await seed(client, options);
    await beforeCommit(client);
    return summary;
  });
}

async function seed(client: Client, options: SeedOptions): Promise<SeedSummary> {
  const {
    now,
    timeZone,
    seed: chosen = DEFAULT_SEED,
    log = () => undefined,
    progress = () => undefined,
  } = options;
  const { cards, trips, days } = sizeOf(options);
  const checks = new DeferredChecks(client);

  const city = new City(chosen);
  const timeline = new Timeline(now, timeZone, days);
  const rules = await readFareRules(client);
  requireTariffs(rules, timeline.days);
  const world: World = {
    seed: chosen,
    city,
    validators: new Validators(city),
    riders: new Riders(cards, city, timeline.end, chosen),
    timeline,
    demand: new Demand(timeline, trips),
    rules,
  };
  await checks.drop();
  await writeNetwork(client, city, timeline.today);
  const accounts = await openAccounts(client, cards);
  log('Simulating the history');
  const totals = await writeRiders(client, world, accounts, options.signal);
  const hotCards = new HotCards(world, totals.debts.values());
  const reports = new DeviceReports(world, hotCards, totals.debts.values());
  await hotCards.write(client, world);
  await writeDevices(client, reports);
  log(`Writing ${totals.trips} trips`);
  const debtAccounts = new Map(
    [...totals.debts.keys()]
      .sort((one, other) => one - other)
      .map((card, n) => [card, accounts.firstCard + cards + n]),
  );
  const writer = new HistoryWriter(
    client,
    world,
    { ...accounts, debts: debtAccounts },
    reports,
    totals.boardings,
  );
  await writer.write(new Simulation(world), (done) => progress(done, totals.trips));
  await writePresent(client, world);
  log('Building indexes and checking foreign keys');
  // Statistics help the checks of the foreign keys and the plans of the service's first queries.
  await client.query(`ANALYZE ${ANALYZED.join(', ')}`);
  await checks.restore();
  await advanceSequences(client);
  await resetTotals(client);
  const summary: SeedSummary = {
    stations: city.stations.length,
    routes: city.routes.length,
    users: world.riders.users,
    cards,
    trips: writer.trips,
    openTrips: writer.openTrips,
    recharges: writer.recharges,
    postings: writer.postings,
  };
  await recordProgram(databaseOf(client), {
    program: 'seed',
    operation: 'npm run seed',
    object: { kind: 'demonstration', id: null },
    counts: Object.entries(summary)
      .map(([name, count]) => `${name}: ${count}`)
      .join(', '),
  });
  return summary;
}

interface HistoryTotals {
  readonly trips: number;
  /** How many trips each card has. */
  readonly boardings: Uint16Array;
  /** The boardings that cards could not pay, by card. */
  readonly debts: ReadonlyMap<number, Boarding>;
}

/**
 * Simulates the history once without writing it, because cards are written before their trips and with their final balances. It
 * also creates the partitions for the rows that follow.
 */
async function writeRiders(
  client: Client,
  world: World,
  accounts: Omit<Accounts, 'debts'>,
  signal: AbortSignal | undefined,
): Promise<HistoryTotals> {
  const { riders, timeline, seed: chosen } = world;
  const simulation = new Simulation(world);
  const counts = { boarding: 0, recharge: 0, reversal: 0 };
  for (const events of simulation.minutes()) {
    for (const { kind } of events) counts[kind] += 1;
    await yieldToEventLoop();
    signal?.throwIfAborted();
  }
  const { states, credits } = simulation;
  const { debts } = states;
  await copyRows(
    client,
    'accounts',
    ['account_id', 'kind'],
    accountsOf('debt', accounts.firstCard + riders.count, debts.size),
  );
  await copyRows(client, 'users', USER_COLUMNS, userRows(riders, timeline.today, chosen));
  await copyRows(
    client,
    'cards',
    CARD_COLUMNS,
    cardRows(riders, states, credits, timeline, accounts.firstCard),
  );
  await client.query(
    `SELECT create_partitions_through('trips', $1), create_partitions_through('recharges', $2),
            create_partitions_through('postings', $3)`,
    [counts.boarding, counts.recharge, counts.boarding + counts.recharge + counts.reversal + debts.size],
  );
  return { trips: counts.boarding, boardings: states.boardings, debts };
}

/** Opens the accounts of the cards. The other accounts were made with the schema and the concessionaires. */
async function openAccounts(client: Client, cards: number): Promise<Omit<Accounts, 'debts'>> {
  const { rows } = await client.query<{
    account_id: number;
    channel: string | null;
    concessionaire_id: number | null;
  }>('SELECT account_id, channel, concessionaire_id FROM accounts');
  const firstCard = 1 + Math.max(...rows.map(({ account_id }) => account_id));
  await copyRows(client, 'accounts', ['account_id', 'kind'], accountsOf('card', firstCard, cards));
  return {
    cash: new Map(
      rows.flatMap(({ channel, account_id }) => (channel === null ? [] : [[channel, account_id]])),
    ),
    revenue: new Map(
      rows.flatMap(({ concessionaire_id, account_id }) =>
        concessionaire_id === null ? [] : [[concessionaire_id, account_id]],
      ),
    ),
    firstCard,
  };
}

function* accountsOf(
  kind: 'card' | 'debt',
  first: number,
  count: number,
): Generator<readonly [number, string]> {
  for (let n = 0; n < count; n += 1) yield [first + n, kind];
}

async function writeDevices(client: Client, reports: DeviceReports): Promise<void> {
  await copyRows(client, 'validators', VALIDATOR_COLUMNS, reports.validatorRows());
  await copyRows(client, 'taps', TAP_COLUMNS, reports.tapRows());
  await copyRows(client, 'suspended_taps', SUSPENDED_COLUMNS, reports.suspendedRows());
}

/** Writes alerts, arrivals and positions of now, and where riders of the past days went. */
async function writePresent(client: Client, { city, timeline }: World): Promise<void> {
  const { now, days, today } = timeline;
  await copyRows(client, 'arrivals', ARRIVAL_COLUMNS, arrivalRows(city, now));
  await copyRows(client, 'vehicle_positions', POSITION_COLUMNS, positionRows(city, now));
  await copyRows(client, 'alerts', ALERT_COLUMNS, alertRows(city, now));
  await client.query(
    `INSERT INTO station_destinations (origin_station_id, final_destination_station_id, trip_count, aggregation_period)
     SELECT boarding_station_id, disembarking_station_id, count(*), $1
     FROM trips WHERE status = 'completed'
     GROUP BY boarding_station_id, disembarking_station_id
     ORDER BY boarding_station_id, count(*) DESC, disembarking_station_id`,
    [`${days[0]}/${today}`],
  );
}
