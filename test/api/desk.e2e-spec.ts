import type { Client } from 'pg';
import type { CacheTemplateList } from '../../src/platform/cache/operations/dto/cache-responses.dto';
import type { CardPage } from '../../src/modules/cards/dto/card-responses.dto';
import type { Instances } from '../../src/modules/instances/dto/instances.dto';
import type { NetworkDocument } from '../../src/modules/network/dto/network-document.dto';
import type { ProofResponse } from '../../src/modules/proofs/dto/proofs.dto';
import type { RechargePage } from '../../src/modules/recharges/dto/recharge-responses.dto';
import type { SearchResults } from '../../src/modules/search/dto/search.dto';
import type { TripPage } from '../../src/modules/trips/dto/trip-responses.dto';
import type { UserPage } from '../../src/modules/users/dto/user-responses.dto';
import type { LastPositions } from '../../src/modules/vehicles/dto/last-positions.dto';
import { MOST_EXAMINED } from '../../src/platform/postgres/newest-rows';
import { cacheKeys } from '../../src/platform/cache/cache-keys';
import { insert } from '../builders/insert';
import { aRoute, aStation, aVehicle } from '../builders/network';
import { aCard, aLine, aRecharge, aUser, type Line } from '../builders/rides';
import { type Answer, ask, post, send } from '../setup/api';
import { askCached, sourceOf } from '../setup/ask-cached';
import type { Service } from '../setup/service';
import { startOverDatabase } from '../setup/service-over-database';
import { until } from '../setup/until';

let client: Client;
let service: Service;
let line: Line;

beforeAll(async () => {
  ({ client, service } = await startOverDatabase());
  line = await aLine(client);
});

const get = <Body>(path: string, headers: Record<string, string> = {}): Promise<Answer<Body>> =>
  ask<Body>(service, path, { headers });

const search = async (q: string, more = ''): Promise<SearchResults['results']> => {
  const { status, body } = await get<SearchResults>(`/search?q=${encodeURIComponent(q)}${more}`);
  expect(status).toBe(200);
  return body.results as unknown as SearchResults['results'];
};

/** Kinds and ids of what was found. */
const found = async (q: string, more = ''): Promise<string[]> =>
  (await search(q, more)).map(({ kind, id }) => `${kind} ${id}`);

async function ride(card_id: number, at: Line = line): Promise<number> {
  const { body } = await post<{ trip_id: number }>(service, '/trips/complete', { card_id, ...at.ride });
  return body.trip_id;
}

/** All pages of a list, one row on each. */
async function pages<Body extends { next_cursor: string | null }>(path: string): Promise<Body[]> {
  const all: Body[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const { status, body }: Answer<Body> = await get<Body>(
      `${path}${path.includes('?') ? '&' : '?'}limit=1${cursor && `&cursor=${cursor}`}`,
    );
    expect(status).toBe(200);
    all.push(body as unknown as Body);
    cursor = (body as unknown as Body).next_cursor;
    expect(all.length).toBeLessThan(50);
  }
  return all;
}

describe('GET /search', () => {
  it('finds a card by its number, however it is written, before all that has it as an id', async () => {
    const card_id = await aCard(service, 0);
    const other = await aCard(service, 0);
    // Cards of the replaced service may have numbers as short as ids.
    await client.query('UPDATE cards SET card_number = $1 WHERE card_id = $2', [String(card_id), other]);

    expect((await found(String(card_id))).slice(0, 2)).toEqual([`card ${other}`, `card ${card_id}`]);
    const { body } = await get<{ card_number: string }>(`/cards/${card_id}`);
    const spaced = body.card_number.replace(/(.{4})/g, '$1 ').trim();
    for (const text of [body.card_number, spaced, spaced.replaceAll(' ', '-')]) {
      const [first] = await search(text);
      expect(first).toMatchObject({ kind: 'card', id: card_id, label: body.card_number, is_exact: true });
      expect({ ...first?.card, credit_boardings_left: 0 }).toEqual(body);
    }
    expect(await found(body.card_number.slice(0, 12), '&kind=card&limit=20')).toContain(`card ${card_id}`);
  });

  it('finds a rider by words of the name, their beginnings, in any order, without accents', async () => {
    const ines = await aUser(service, {
      first_name: 'Inés María',
      last_name: "O'Quintana-Peña",
      id_number: 'CC-77001234',
    });
    const other = await aUser(service, { first_name: 'Inesita', last_name: 'Quintanilla Rey' });

    for (const q of ['quintana ines', 'INÉS PEÑA', 'pena ine', 'mar quin', 'Inés María O’Quintana-Peña'])
      expect([q, await found(q, '&kind=user')]).toEqual([q, [`user ${ines}`]]);
    expect(await found('ines quint', '&kind=user')).toEqual([`user ${other}`, `user ${ines}`]);
    // Whole words come before words that only begin so.
    const whole = await aUser(service, { first_name: 'Ana', last_name: 'Zumaqué Ruiz' });
    const longer = await aUser(service, { first_name: 'Anabel', last_name: 'Zumaquélez' });
    expect(await found('ana zumaque', '&kind=user')).toEqual([`user ${whole}`, `user ${longer}`]);
    for (const q of ['cc-77001234', 'CC-7700'])
      expect(await found(q, '&kind=user')).toEqual([`user ${ines}`]);
    for (const q of ['uintana', "' OR 1=1 --", '%', '\\', '<script>', 'a', '!!', '&|'])
      expect([q, await found(q, '&kind=user')]).toEqual([q, []]);
  });

  it('finds trips, recharges, stations and routes', async () => {
    const card = await aCard(service, 20_000);
    const recharge = await aRecharge(service, card, 5_000);
    const trip = await ride(card);
    const station = await aStation(client, { name: 'Héroes Búsqueda', station_code: 'ZQ0107' });
    const route = await aRoute(client, [], { route_code: 'ZQ74', route_name: 'Portal - Héroes Búsqueda' });

    expect(await found(String(trip), '&kind=trip')).toEqual([`trip ${trip}`]);
    expect(await found(String(recharge), '&kind=recharge')).toEqual([`recharge ${recharge}`]);
    expect(await found('heroes busq')).toEqual([`route ${route.route_id}`, `station ${station.station_id}`]);
    expect(await search('zq74')).toMatchObject([
      { kind: 'route', label: 'ZQ74 Portal - Héroes Búsqueda', is_exact: true, station: null },
    ]);
    expect(await found('ZQ01')).toEqual([`station ${station.station_id}`]);
  });

  it.each(['', '?q=', '?q=%20', '?q=a&kind=vehicle', '?q=a&limit=21', `?q=${'x'.repeat(101)}`, '?q=a&q=b'])(
    'refuses /search%s',
    async (query) => {
      expect((await get(`/search${query}`)).status).toBe(422);
    },
  );
});

describe('lists', () => {
  it('of riders are by name and by number, newest first, in pages', async () => {
    const ids = [];
    for (const last_name of ['Listada Uno', 'Listada Dos', 'Listada Tres'])
      ids.unshift(await aUser(service, { first_name: 'Zoraida', last_name, id_number: `L-${last_name}` }));

    const all = await pages<UserPage>('/users?name=listad zor');
    expect(all.flatMap(({ users }) => users).map(({ user_id }) => user_id)).toEqual(ids);
    expect(Object.keys(all[0]?.users[0] ?? {}).sort()).toEqual(
      ['erased_at', 'first_name', 'id_number', 'last_name', 'registration_date', 'user_id'].sort(),
    );
    const { body } = await get<UserPage>('/users?id_number=L-Listada%20Dos');
    expect(body.users.map(({ user_id }) => user_id)).toEqual([ids[1]]);
  });

  it('of cards are by status, profile and rider, and every combination says what SQL says', async () => {
    const user_id = await aUser(service);
    for (const owner of [undefined, user_id]) {
      const lost = await aCard(service, 0, owner);
      await send(service, 'PATCH', `/cards/${lost}`, { status: 'lost' });
      await aCard(service, 0, owner);
    }
    for (const status of ['', 'active', 'lost', 'blocked'])
      for (const profile of ['', 'basic', 'personalised'])
        for (const user of ['', String(user_id)]) {
          const query = `status=${status}&profile=${profile}&user_id=${user}`;
          const { rows } = await client.query<{ card_id: string }>(
            `SELECT card_id FROM cards WHERE ($1 = '' OR status = $1) AND ($2 = '' OR ($2 = 'basic') = (user_id IS NULL))
               AND ($3 = '' OR user_id::text = $3) ORDER BY card_id DESC`,
            [status, profile, user],
          );
          const listed = (await pages<CardPage>(`/cards?${query}`)).flatMap(({ cards }) => cards);
          expect([query, listed.map(({ card_id }) => card_id)]).toEqual([
            query,
            rows.map(({ card_id }) => Number(card_id)),
          ]);
        }
  });

  it('of trips are by card, rider, route, station, vehicle, status and time', async () => {
    const user_id = await aUser(service);
    const card_id = await aCard(service, 20_000, user_id);
    const first = await ride(card_id);
    const other = await aLine(client);
    const second = await ride(card_id, other);
    const open = await post<{ trip_id: number }>(service, '/trips/start', { card_id, ...other.boarding });
    const third = open.body.trip_id;
    const ids = async (query: string): Promise<number[]> =>
      (await pages<TripPage>(`/trips?${query}`)).flatMap(({ trips }) => trips).map(({ trip_id }) => trip_id);

    expect(await ids(`card_id=${card_id}`)).toEqual([third, second, first]);
    expect(await ids(`user_id=${user_id}`)).toEqual([third, second, first]);
    expect(await ids(`user_id=${user_id}&card_id=${card_id + 1}`)).toEqual([]);
    expect(await ids(`card_id=${card_id}&route_id=${line.boarding.route_id}`)).toEqual([first]);
    expect(await ids(`route_id=${other.boarding.route_id}`)).toEqual([third, second]);
    expect(await ids(`station_id=${other.boarding.boarding_station_id}&status=in_progress`)).toEqual([third]);
    expect(await ids('vehicle_id=1')).toEqual([]);
    const { body } = await get<TripPage>(`/trips?card_id=${card_id}&limit=2`);
    const middle = body.trips[1]?.boarding_time ?? '';
    expect(await ids(`card_id=${card_id}&from=${middle}`)).toEqual([third, second]);
    expect(await ids(`card_id=${card_id}&to=${middle}`)).toEqual([first]);
    expect(body.trips[0]).toMatchObject({
      status: 'in_progress',
      disembarking_station_name: null,
      fare_amount: expect.any(Number) as number,
      route_code: expect.any(String) as string,
    });
    await post(service, '/trips/end', {
      trip_id: third,
      disembarking_station_id: other.ride.disembarking_station_id,
    });
  });

  it('of recharges are by card, rider, point, channel, reversal and time', async () => {
    const user_id = await aUser(service);
    const card_id = await aCard(service, 0, user_id);
    const { recharge_point_id } = await insert<{ recharge_point_id: number }>(client, 'recharge_points', {
      name: 'Punto',
      channel: 'online',
    });
    const plain = await aRecharge(service, card_id, 2_000);
    const there = await post<{ recharge_id: number; recharge_timestamp: string }>(service, '/recharges', {
      card_id,
      amount: 20_000,
      recharge_point_id,
    });
    const undone = await aRecharge(service, card_id, 4_000);
    await post(service, `/recharges/${undone}/reversal`, { reason: 'twice' });
    const at = there.body.recharge_id;
    const ids = async (query: string): Promise<number[]> =>
      (await pages<RechargePage>(`/recharges?${query}`))
        .flatMap(({ recharges }) => recharges)
        .map(({ recharge_id }) => recharge_id);

    expect(await ids(`card_id=${card_id}`)).toEqual([undone, at, plain]);
    expect(await ids(`user_id=${user_id}&reversed=false`)).toEqual([at, plain]);
    expect((await ids('reversed=true'))[0]).toBe(undone);
    expect(await ids(`recharge_point_id=${recharge_point_id}`)).toEqual([at]);
    expect(await ids(`recharge_point_id=${recharge_point_id}&reversed=true`)).toEqual([]);
    expect(await ids('channel=online')).toEqual([at]);
    expect(await ids(`user_id=${user_id}&from=${there.body.recharge_timestamp}`)).toEqual([undone, at]);
  });

  it.each([
    '/users?name=%00',
    '/cards?status=gone',
    '/cards?profile=both',
    '/trips?status=open',
    '/trips?from=yesterday',
    '/trips?card_id=-1',
    '/recharges?reversed=1',
    '/recharges?limit=101',
    '/trips?cursor=aWQ6eA',
    '/trips?sort=fare',
  ])('refuse %s', async (path) => {
    expect([400, 422]).toContain((await get(path)).status);
  });
});

describe('GET /network', () => {
  it('is the whole network, by its tag sent once, and compressed for who accepts that', async () => {
    const stops = [await aStation(client, { latitude: 4.6, longitude: -74.1 }), await aStation(client)];
    const route = await aRoute(client, [...stops, ...stops.slice(0, 1)], { is_active: false });
    await ask(service, '/cache/clear', { method: 'POST' });

    const plain = await askCached<NetworkDocument>(service, '/network', {
      headers: { 'accept-encoding': 'identity' },
    });
    const { routes, stations, concessionaires } = plain.body;
    const ids = [0, 1, 0].map((index) => stops[index]?.station_id);
    expect(routes.find(({ route_id }) => route_id === route.route_id)).toMatchObject({
      status: 'inactive',
      stations: ids,
    });
    expect(stations.find(({ station_id }) => station_id === ids[0])).toMatchObject({
      latitude: 4.6,
      longitude: -74.1,
      locality: null,
    });
    expect(concessionaires.length).toBeGreaterThan(0);
    expect([sourceOf(plain), plain.headers.get('content-encoding')]).toEqual(['MISS', null]);

    const packed = await get<NetworkDocument>('/network', { 'accept-encoding': 'br, gzip' });
    expect(packed.headers.get('content-encoding')).toBe('gzip');
    expect(packed.headers.get('vary')).toContain('Accept-Encoding');
    expect(packed.text).toBe(plain.text);
    const tags = [plain, packed].map(({ headers }) => headers.get('etag') ?? '');
    expect(new Set(tags).size).toBe(2);
    for (const tag of tags) expect((await get('/network', { 'if-none-match': tag })).status).toBe(304);
    expect((await get('/network', { 'if-none-match': '"other-gzip"' })).status).toBe(200);
  });
});

describe('GET /vehicles/positions', () => {
  it('has the last position of each vehicle, at once after it moved', async () => {
    const { vehicle_id } = await aVehicle(client);
    await aVehicle(client);
    const { route_id, route_code } = await aRoute(client);
    const seen = (minutesAgo: number, latitude: number) => ({
      vehicle_id,
      route_id,
      latitude,
      longitude: -74,
      observed_at: new Date(Date.now() - minutesAgo * 60_000).toISOString(),
    });
    await get('/vehicles/positions');
    const { status } = await post(service, '/vehicle-positions', {
      positions: [seen(10, 4.5), seen(5, 4.6), seen(20, 4.4)],
    });
    expect(status).toBe(200);

    const { body } = await get<LastPositions>('/vehicles/positions');
    expect(body.vehicles).toEqual([
      expect.objectContaining({ vehicle_id, route_id, route_code, latitude: 4.6, speed: null }),
    ]);
    expect(body.vehicles[0]?.age_seconds).toBeGreaterThanOrEqual(299);
    expect(body.vehicles[0]?.age_seconds).toBeLessThan(400);
  });
});

describe('GET /instances', () => {
  it('has this process, and one that was killed until it is forgotten', async () => {
    await until('it has told of itself', async () => {
      const { body: first } = await get<Instances>('/instances');
      return first.instances.length === 1;
    });
    await client.query(
      `INSERT INTO instances SELECT gen_random_uuid(), 'elsewhere', 7, 'worker', '0', '0', now(), now() - interval '16 seconds', figures
       FROM instances LIMIT 1`,
    );
    const { body } = await get<Instances>('/instances');
    const [self, killed] = body.instances;
    expect(self).toMatchObject({ is_this: true, is_away: false, role: 'single', cache: { store: 'memory' } });
    expect(self?.pool.size).toBeGreaterThan(0);
    expect(self?.memory_bytes).toBeGreaterThan(1_000_000);
    expect(killed).toMatchObject({ host: 'elsewhere', is_this: false, is_away: true });
    await client.query(
      `UPDATE instances SET heard_at = now() - interval '61 minutes' WHERE host = 'elsewhere'`,
    );
    await until('it is forgotten', async () => {
      const { body: after } = await get<Instances>('/instances');
      return after.instances.length === 1;
    });
  });
});

describe('GET /cache/templates', () => {
  it('has each key of the cache with who reads and who evicts it', async () => {
    const { body } = await get<CacheTemplateList>('/cache/templates');
    expect(body.templates.map(({ template }) => template).sort()).toEqual(
      Object.values(cacheKeys)
        .map(({ template }) => template)
        .sort(),
    );
    for (const { template, operations } of body.templates)
      expect([template, operations]).not.toEqual([template, []]);
    const before = body.templates.find(({ template }) => template === 'card:{card_id}:balance');
    expect(before).toMatchObject({
      parameters: ['card_id'],
      operations: ['GET /cards/{card_id}/balance'],
      scope: 'cards:balance',
      ttl_seconds: 300,
      changes_with_time: false,
      may_be_stale: false,
      evicted_by: expect.arrayContaining([
        'POST /recharges',
        'POST /cards/recharge',
        'POST /trips/start',
      ]) as string[],
    });
    const card_id = await aCard(service, 0);
    await askCached(service, `/cards/${card_id}/balance`);
    await askCached(service, `/cards/${card_id}/balance`);
    const { body: after } = await get<CacheTemplateList>('/cache/templates');
    const counted = after.templates.find(({ template }) => template === 'card:{card_id}:balance');
    expect(counted).toMatchObject({ hits: (before?.hits ?? 0) + 1, misses: (before?.misses ?? 0) + 1 });
    for (const { template, bypasses, bypassed_because } of after.templates) {
      const reasons = Object.values<number>(bypassed_because);
      expect([template, reasons.reduce((sum, each) => sum + each, 0)]).toEqual([template, bypasses]);
    }
  });
});

describe('proofs', () => {
  const begin = <Body = ProofResponse>(): Promise<Answer<Body>> =>
    ask<Body>(service, '/proofs', { method: 'POST' });
  const ended = async (proofId: number): Promise<ProofResponse> => {
    let proof: ProofResponse | undefined;
    await until('the proof has ended', async () => {
      proof = (await get<ProofResponse>(`/proofs/${proofId}`)).body as unknown as ProofResponse;
      return proof.status !== 'running';
    });
    if (!proof) throw new Error('there is no proof');
    return proof;
  };

  it('prove everything, one at a time, and find what is wrong', async () => {
    expect((await get('/proofs/latest')).status).toBe(204);
    expect((await get('/proofs/999999')).status).toBe(404);

    const [one, other] = await Promise.all([begin(), begin()]);
    const statuses = [one.status, other.status].sort();
    expect(statuses).toEqual([202, 409]);
    const begun = one.status === 202 ? one : other;
    expect(begun.body).toMatchObject({ status: 'running', source: 'service', ended_at: null, checks: [] });
    const right = await ended(begun.body.proof_id);
    expect(right.checks.filter(({ holds }) => !holds)).toEqual([]);
    expect(right).toMatchObject({ status: 'right', progress: { current: null } });
    expect(new Set(right.checks.map(({ part }) => part))).toEqual(new Set(['ledger', 'fares', 'audit']));
    expect((await get<ProofResponse>('/proofs/latest')).body).toEqual(right);

    const card_id = await aCard(service, 5_000);
    await client.query('UPDATE cards SET balance = balance + 1 WHERE card_id = $1', [card_id]);
    const { body: again } = await begin();
    expect(again.progress.checks_total).toBe(right.checks.length);
    const wrong = await ended(again.proof_id);
    await client.query('UPDATE cards SET balance = balance - 1 WHERE card_id = $1', [card_id]);
    expect(wrong.status).toBe('wrong');
    const broken = wrong.checks.filter(({ holds }) => !holds);
    expect(broken.map(({ check }) => check)).toContain(
      "every card's balance is the sum of its account's postings",
    );
    expect(broken[0]?.details.join()).toContain(String(card_id));
  });

  it('that nobody works at any more are abandoned, and hold up no other', async () => {
    const { rows } = await client.query<{ proof_id: string }>(
      `INSERT INTO proofs (source, started_by, started_at, heard_at)
       VALUES ('service', 'killed', now() - interval '2 minutes', now() - interval '20 seconds') RETURNING proof_id`,
    );
    const proofId = Number(rows[0]?.proof_id);
    const busy = await begin<{ code: string; detail: string }>();
    expect([busy.status, busy.body.code]).toEqual([409, 'proof_running']);
    expect(busy.body.detail).toContain(`Proof ${proofId} is running.`);
    await client.query(`UPDATE proofs SET heard_at = now() - interval '61 seconds' WHERE proof_id = $1`, [
      proofId,
    ]);
    expect((await get<ProofResponse>('/proofs/latest')).body).toMatchObject({
      proof_id: proofId,
      status: 'abandoned',
    });
    const { status, body } = await begin();
    expect(status).toBe(202);
    expect((await get<ProofResponse>(`/proofs/${proofId}`)).body.status).toBe('abandoned');
    // Whoever finds its row taken away stops.
    await client.query(
      `UPDATE proofs SET ended_at = now(), outcome = 'abandoned' WHERE proof_id = $1 AND ended_at IS NULL`,
      [body.proof_id],
    );
    expect((await ended(body.proof_id)).status).toMatch(/abandoned|right/);
  });
});

// The last, because nobody has noted the many trips that it adds.
describe('a list of trips', () => {
  it('looks at a limited number of trips for a page, and goes on from there', async () => {
    const card_id = await aCard(service, 20_000);
    const alone = await aLine(client);
    const old = await ride(card_id, alone);
    await client.query(
      `INSERT INTO trips (card_id, route_id, boarding_station_id, disembarking_station_id, boarding_time,
                          disembarking_time, status, fare_amount, fare_product)
       SELECT $1, $2, $3, $3, clock_timestamp() + interval '1 hour', clock_timestamp() + interval '2 hours', 'completed',
              0, 'trunk' FROM generate_series(1, $4)`,
      [card_id, line.boarding.route_id, line.boarding.boarding_station_id, MOST_EXAMINED + 10],
    );

    const { body: first } = await get<TripPage>(`/trips?route_id=${alone.boarding.route_id}`);
    expect([first.trips, first.next_cursor]).toEqual([[], expect.any(String)]);
    const { body: next } = await get<TripPage>(
      `/trips?route_id=${alone.boarding.route_id}&cursor=${first.next_cursor ?? ''}`,
    );
    expect([next.trips.map(({ trip_id }) => trip_id), next.next_cursor]).toEqual([[old], null]);
  });
});
