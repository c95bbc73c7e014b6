import { once } from 'node:events';
import { connect as connectTo } from 'node:net';
import type { Client } from 'pg';
import { insert } from '../builders/insert';
import { aRoute, aStation } from '../builders/network';
import { aCard, aLine, aRecharge, FARE } from '../builders/rides';
import { ask, documentOf, post, send } from '../setup/api';
import { checksumOf } from '../setup/checksum';
import type { Service } from '../setup/service';
import { startOverDatabase } from '../setup/service-over-database';

/** What is there before the bad requests come. The persons are synthetic. */
const CODE_IN_PATH = '%C3%89-1';
const LINE = { route_id: 1, boarding_station_id: 1 };
const OTHER_END = 2;
const FAR_STATION = 3;
const CLOSED_STATION = 4;
const CLOSED_ROUTE = 2;
const PARTLY_CLOSED_ROUTE = 3;
const USER = {
  first_name: 'Sintética',
  last_name: 'Persona',
  email: 'Persona@Example.com',
  id_number: 'CC-1',
};
const CARD = 1;
const EMPTY_CARD = 2;
const BLOCKED_CARD = 3;
const LOST_CARD = 4;
const FULL_CARD = 5;
const RIDING_CARD = 6;
const RECHARGE = { card_id: CARD, amount: 5_000 };
const REVERSED_RECHARGE = 2;
const SPENT_RECHARGE = 8;
const OPEN_TRIP = 1;
const ENDED_TRIP = 2;
const ONLINE_POINT = 1;
const NUMBER = '1234567890123456';

/** One of each kind that the rules of text refuse: half of a pair, a control, a bidirectional one, nothing to see. */
const BAD_TEXTS = ['\ud800', 'a\u0000b', 'a\u001b[31mb', '\u202eb', '', ' ', '\u200b'];
/** Each looks as another text does: as X, as ñ. */
const SECOND_SPELLINGS = ['X ', 'X\u00a0', '\ufeffX', 'n\u0303'];

/** What nobody outside should ever read: SQL, a stack, a driver's or the framework's words. */
const INNER_WORDS =
  /\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|FROM [a-z_]+ WHERE|relation|column|constraint|syntax error|duplicate key|violates|typeorm|postgres|nestjs|fastify|FST_|TypeError|QueryFailed|class-validator|invalid input|out of range|node_modules|undefined)\b|\.(js|ts):\d|\n\s+at /i;

type Refusal = readonly [
  what: string,
  path: string,
  request: Readonly<{ method?: string; body?: unknown; text?: string; headers?: Record<string, string> }>,
  status: number,
  code: string,
];

let client: Client;
let service: Service;

beforeAll(async () => {
  ({ client, service } = await startOverDatabase());
  const { boarding, ride } = await aLine(client);
  const far = await aStation(client);
  const closed = await aStation(client, { is_active: false });
  await aRoute(client, [far], { is_active: false });
  await aRoute(client, [closed, far]);
  await insert(client, 'recharge_points', { name: 'Aplicación', channel: 'online' });
  await aStation(client, { station_code: 'É-1' });
  const created = await post(service, '/users', USER);
  await post(service, '/cards', { user_id: 1, card_number: NUMBER });
  await aRecharge(service, CARD, 20_000);
  await aRecharge(service, CARD, 6_000);
  await post(service, `/recharges/${REVERSED_RECHARGE}/reversal`, { reason: 'Paid twice' });
  const cards = [
    await aCard(service, 0),
    await aCard(service, 0),
    await aCard(service, 0),
    await aCard(service, 200_000),
  ];
  await aRecharge(service, FULL_CARD, 200_000);
  await aRecharge(service, FULL_CARD, 96_000);
  cards.push(await aCard(service, 20_000));
  await send(service, 'PATCH', `/cards/${BLOCKED_CARD}`, { status: 'blocked' });
  await send(service, 'PATCH', `/cards/${LOST_CARD}`, { status: 'lost' });
  await post(service, '/trips/start', { ...boarding, card_id: RIDING_CARD });
  await post(service, '/trips/complete', { ...ride, card_id: CARD });
  await aRecharge(service, CARD, 1_000);
  const spent = await aRecharge(service, EMPTY_CARD, FARE);
  await post(service, '/trips/complete', { ...ride, card_id: EMPTY_CARD });

  expect([created.body, boarding, cards, spent]).toMatchObject([
    { user_id: 1 },
    LINE,
    [EMPTY_CARD, BLOCKED_CARD, LOST_CARD, FULL_CARD, RIDING_CARD],
    SPENT_RECHARGE,
  ]);
});

const invalid = (path: string, member: string, base: object, values: readonly unknown[]): Refusal[] =>
  values.map((value) => [
    `${member} ${JSON.stringify(value) ?? 'missing'} at ${path}`,
    path,
    { body: { ...base, [member]: value } },
    422,
    'invalid_value',
  ]);

const raw = (
  what: string,
  text: string,
  status: number,
  code: string,
  type = 'application/json',
): Refusal => [
  `a body that is ${what}`,
  '/recharges',
  { method: 'POST', text, headers: { 'content-type': type } },
  status,
  code,
];

const notFound = (what: string, paths: readonly string[]): Refusal[] =>
  paths.map((path) => [`GET ${path.slice(0, 120)}`, path, {}, 404, `${what}_not_found`]);

const NO_IDS = [
  'abc',
  '-1',
  '1.5',
  '0',
  '01',
  '+1',
  '1e3',
  '0x1',
  '%20',
  '1%20',
  '%D9%A3',
  '999',
  '9007199254740993',
  '9223372036854775807',
  '9223372036854775808',
  '9'.repeat(90),
];
const NO_IDS_IN_BODIES = ['1', 0, -1, 1.5, true, null, [], {}, 2 ** 53, 1e308, undefined];
const BAD_AMOUNTS = [
  0,
  -1,
  -50_000,
  0.1,
  1_000.5,
  1e308,
  2 ** 53 + 2,
  'NaN',
  '1000',
  '',
  true,
  null,
  [],
  [1_000],
  {},
  undefined,
  999,
  200_001,
];
const LONG = 'x'.repeat(101);
const ALERT = { type: 'RETRASO', message: 'Mayor tiempo de espera.', severity: 'INFO' };
const IMAGINED = { route_type: 'TRONCAL', route: 'J74', station: 'TM0101', at: '2026-01-14T12:00:00Z' };
const RIDE = { ...LINE, disembarking_station_id: OTHER_END, card_id: CARD };

const refusals: readonly Refusal[] = [
  ...invalid('/recharges', 'amount', RECHARGE, BAD_AMOUNTS),
  ...invalid('/cards/recharge', 'amount', RECHARGE, [-50_000, 'NaN']),
  ...invalid('/recharges', 'card_id', RECHARGE, NO_IDS_IN_BODIES),
  ...invalid('/recharges', 'recharge_point_id', RECHARGE, ['1', 0, -1]),
  ...invalid('/recharges', 'transaction_id', RECHARGE, [...BAD_TEXTS, ...SECOND_SPELLINGS, LONG, 7, {}]),
  ...invalid('/cards/recharge', 'transaction_id', RECHARGE, ['X ', '\ud801']),
  ...invalid('/recharges', 'colour', RECHARGE, ['red']),
  ...invalid('/recharges', 'constructor', RECHARGE, [1]),
  ...invalid('/recharges', 'valueOf', RECHARGE, [1]),
  [
    'an amount below the limit of its channel',
    '/recharges',
    { body: { ...RECHARGE, recharge_point_id: ONLINE_POINT } },
    422,
    'invalid_value',
  ],
  [
    'an unknown recharge point',
    '/recharges',
    { body: { ...RECHARGE, recharge_point_id: 999 } },
    404,
    'recharge_point_not_found',
  ],
  [
    'a recharge of an unknown card',
    '/recharges',
    { body: { ...RECHARGE, card_id: 999 } },
    404,
    'card_not_found',
  ],
  [
    'a recharge of a blocked card',
    '/recharges',
    { body: { ...RECHARGE, card_id: BLOCKED_CARD } },
    409,
    'card_not_active',
  ],
  [
    'a recharge of a lost card',
    '/recharges',
    { body: { ...RECHARGE, card_id: LOST_CARD } },
    409,
    'card_not_active',
  ],
  [
    'a balance beyond the limit',
    '/recharges',
    { body: { ...RECHARGE, card_id: FULL_CARD } },
    409,
    'balance_limit',
  ],

  raw('not JSON', '{"card_id":1,', 400, 'malformed_request'),
  raw('JavaScript, not JSON', '{card_id:1,amount:1000}', 400, 'malformed_request'),
  raw('NaN', '{"card_id":1,"amount":NaN}', 400, 'malformed_request'),
  raw('empty', '', 400, 'malformed_request'),
  raw('an array', '[]', 422, 'invalid_value'),
  raw('an array of recharges', '[{"card_id":1,"amount":5000}]', 422, 'invalid_value'),
  raw('a string', '"x"', 422, 'invalid_value'),
  raw('a number', '1', 422, 'invalid_value'),
  raw('true', 'true', 422, 'invalid_value'),
  raw('null', 'null', 422, 'invalid_value'),
  raw('an integer beyond 2^53', '{"card_id":1,"amount":9007199254740993}', 422, 'invalid_value'),
  raw('an integer beyond every number', '{"card_id":1,"amount":1e999}', 422, 'invalid_value'),
  raw('a prototype', '{"card_id":1,"amount":5000,"__proto__":{"amount":1}}', 422, 'invalid_value'),
  raw(
    'a prototype of a constructor',
    '{"card_id":1,"amount":5000,"constructor":{"prototype":{}}}',
    422,
    'invalid_value',
  ),
  raw('a member twice', '{"card_id":1,"amount":5000,"amount":6000}', 422, 'invalid_value'),
  raw(
    'a member twice, written differently',
    '{"card_id":2,"card\\u005fid":1,"amount":5000}',
    422,
    'invalid_value',
  ),
  raw(
    'a fraction that a number can not keep',
    '{"card_id":1,"amount":5000.00000000000000001}',
    422,
    'invalid_value',
  ),
  raw('larger than 16 KiB', `{"card_id":1,"amount":5000,"x":"${'x'.repeat(16_384)}"}`, 413, 'body_too_large'),
  [
    'a body that is larger than 512 KiB',
    '/fares/price',
    { method: 'POST', text: ' '.repeat(524_289), headers: { 'content-type': 'application/json' } },
    413,
    'body_too_large',
  ],
  raw('a list of too much', `[${'{},'.repeat(200)}{}]`, 422, 'invalid_value'),
  raw('text', 'card_id=1', 415, 'unsupported_media_type', 'text/plain'),
  raw('XML', '<recharge/>', 415, 'unsupported_media_type', 'application/xml'),
  raw('a form', 'card_id=1&amount=5000', 415, 'unsupported_media_type', 'application/x-www-form-urlencoded'),
  raw('a form of parts', '--x--', 415, 'unsupported_media_type', 'multipart/form-data; boundary=x'),
  ['no body', '/recharges', { method: 'POST' }, 422, 'invalid_value'],

  ...['', '""', 'a b', '"a b"', 'k'.repeat(256), 'clé', 'a\tb'].flatMap((key): Refusal[] =>
    ['/recharges', '/trips/complete'].map((path) => [
      `the Idempotency-Key ${JSON.stringify(key.slice(0, 20))} at ${path}`,
      path,
      { body: path === '/recharges' ? RECHARGE : RIDE, headers: { 'idempotency-key': key } },
      400,
      'malformed_header',
    ]),
  ),

  ...notFound(
    'card',
    NO_IDS.flatMap((id) => [`/cards/${id}`, `/cards/${id}/balance`]),
  ),
  ...notFound('card', ['/cards/999/history', '/cards/abc/statement', '/trips/card/999', '/trips/card/-1']),
  ...notFound('user', ['/users/abc', '/users/999/cards', '/users/01/recharges', '/users/0/card-balance']),
  ...notFound('recharge', ['/recharges/999', '/recharges/abc', '/recharges/9223372036854775808']),
  ...notFound('trip', ['/trips/999', '/trips/abc', '/trips/9223372036854775808', '/trips/-1']),
  ...notFound('route', ['/trips/routes/999/stations', '/trips/routes/1.5/stations', '/routes/%00/details']),
  ...notFound('station', [
    '/stations/999/arrivals',
    '/stations/0/alerts',
    "/stations/'%20OR%201=1--/details",
  ]),
  ...notFound('station', [`/stations/${LONG}/details`, '/stations/a%2Fb/details']),
  ...notFound('station', [
    '/stations/%E2%80%8B/details',
    `/stations/${CODE_IN_PATH}%E2%80%AE/details`,
    `/stations/${CODE_IN_PATH}%00/realtime-arrivals`,
    `/stations/${CODE_IN_PATH}%EF%BF%BD/details`,
  ]),
  ...notFound('card', [
    '/cards/1%2Fbalance',
    "/cards/1'%20OR%20'1'='1",
    '/cards/1;DROP',
    '/cards/%2e%2e%2fusers',
  ]),
  [
    'a change of an unknown card',
    '/cards/999',
    { method: 'PATCH', body: { status: 'lost' } },
    404,
    'card_not_found',
  ],
  ['a key that is not in the cache', '/cache/key/nope', { method: 'DELETE' }, 404, 'cache_key_not_found'],

  ...[
    'limit=0',
    'limit=101',
    'limit=-1',
    'limit=abc',
    'limit=1.5',
    'limit=',
    'limit=1&limit=2',
    'limit[]=1',
    'limit=9007199254740993',
    'cursor=abc',
    'cursor=',
    'cursor=aWQ6MQ&cursor=aWQ6MQ',
    'cursor=aWQ6LTE',
    `cursor=${'x'.repeat(2_000)}`,
    'page=2',
  ].flatMap((query): Refusal[] =>
    ['/users/1/recharges', '/cards/1/statement', '/stations'].map((path) => [
      `${path}?${query.slice(0, 40)}`,
      `${path}?${query}`,
      {},
      422,
      'invalid_value',
    ]),
  ),
  ...[
    'name=%E2%80%AE',
    'name=a%1Bb',
    'name=%CC%81',
    'locality=%20',
    'locality=a%E2%81%A6b',
    'locality=%EF%BF%BD',
    `name=${'x'.repeat(101)}`,
    `locality=${'x'.repeat(256)}`,
  ].map((query): Refusal => [
    `/stations?${query.slice(0, 40)}`,
    `/stations?${query}`,
    {},
    422,
    'invalid_value',
  ]),
  ...['/stations/1/alerts', '/system/alerts'].flatMap((path): Refusal[] =>
    ['active_only=1', 'active_only=TRUE', 'active_only=true&active_only=false'].map((query) => [
      `${path}?${query}`,
      `${path}?${query}`,
      {},
      422,
      'invalid_value',
    ]),
  ),
  [
    'a simulation that is switched off',
    '/trips/simulate/revenue-test?num_trips=5',
    { method: 'POST' },
    404,
    'simulation_off',
  ],
  [
    'too long a simulation',
    '/trips/simulate/revenue-test?num_trips=201',
    { method: 'POST' },
    422,
    'invalid_value',
  ],

  ...invalid('/trips/start', 'card_id', { ...LINE, card_id: CARD }, ['1', 0, null, 1.5]),
  ...invalid('/trips/start', 'route_id', { ...LINE, card_id: CARD }, ['1', 0, undefined]),
  ...invalid('/trips/start', 'boarding_station_id', { ...LINE, card_id: CARD }, [-1, undefined]),
  ...invalid('/trips/start', 'fare_amount', { ...LINE, card_id: CARD }, [1]),
  ...invalid('/trips/complete', 'disembarking_station_id', RIDE, [undefined, '2', 0]),
  ...invalid('/trips/end', 'trip_id', { trip_id: OPEN_TRIP, disembarking_station_id: OTHER_END }, [
    '1',
    0,
    undefined,
  ]),
  [
    'a boarding with an unknown card',
    '/trips/start',
    { body: { ...LINE, card_id: 999 } },
    404,
    'card_not_found',
  ],
  [
    'a boarding with a blocked card',
    '/trips/start',
    { body: { ...LINE, card_id: BLOCKED_CARD } },
    409,
    'card_not_active',
  ],
  [
    'a second boarding',
    '/trips/start',
    { body: { ...LINE, card_id: RIDING_CARD } },
    409,
    'trip_already_open',
  ],
  [
    'a boarding without the money',
    '/trips/start',
    { body: { ...LINE, card_id: EMPTY_CARD } },
    402,
    'insufficient_balance',
  ],
  [
    'a ride without the money',
    '/trips/complete',
    { body: { ...RIDE, card_id: EMPTY_CARD } },
    402,
    'insufficient_balance',
  ],
  [
    'an unknown route',
    '/trips/start',
    { body: { ...LINE, card_id: CARD, route_id: 999 } },
    404,
    'route_not_found',
  ],
  [
    'an unknown station',
    '/trips/start',
    { body: { ...LINE, card_id: CARD, boarding_station_id: 999 } },
    404,
    'station_not_found',
  ],
  [
    'an unknown vehicle',
    '/trips/start',
    { body: { ...LINE, card_id: CARD, vehicle_id: 999 } },
    404,
    'vehicle_not_found',
  ],
  [
    'an unknown driver',
    '/trips/start',
    { body: { ...LINE, card_id: CARD, driver_id: 999 } },
    404,
    'driver_not_found',
  ],
  [
    'a station off the route',
    '/trips/start',
    { body: { ...LINE, card_id: CARD, boarding_station_id: FAR_STATION } },
    422,
    'station_not_on_route',
  ],
  [
    'a route out of service',
    '/trips/start',
    { body: { card_id: CARD, route_id: CLOSED_ROUTE, boarding_station_id: FAR_STATION } },
    409,
    'route_inactive',
  ],
  [
    'a station out of service',
    '/trips/start',
    { body: { card_id: CARD, route_id: PARTLY_CLOSED_ROUTE, boarding_station_id: CLOSED_STATION } },
    409,
    'station_inactive',
  ],
  [
    'alighting off the route',
    '/trips/complete',
    { body: { ...RIDE, disembarking_station_id: FAR_STATION } },
    422,
    'station_not_on_route',
  ],
  [
    'alighting nowhere',
    '/trips/complete',
    { body: { ...RIDE, disembarking_station_id: 999 } },
    404,
    'station_not_found',
  ],
  [
    'the end of no trip',
    '/trips/end',
    { body: { trip_id: 999, disembarking_station_id: OTHER_END } },
    404,
    'trip_not_found',
  ],
  [
    'the end of an ended trip',
    '/trips/end',
    { body: { trip_id: ENDED_TRIP, disembarking_station_id: OTHER_END } },
    409,
    'trip_already_ended',
  ],
  [
    'the end of a trip nowhere',
    '/trips/end',
    { body: { trip_id: OPEN_TRIP, disembarking_station_id: 999 } },
    404,
    'station_not_found',
  ],
  [
    'the end of a trip off its route',
    '/trips/end',
    { body: { trip_id: OPEN_TRIP, disembarking_station_id: FAR_STATION } },
    422,
    'station_not_on_route',
  ],

  ...invalid('/recharges/1/reversal', 'reason', {}, [
    ...BAD_TEXTS,
    '\r\n\t',
    'x'.repeat(201),
    7,
    null,
    undefined,
  ]),
  [
    'the reversal of nothing',
    '/recharges/999/reversal',
    { body: { reason: 'x' } },
    404,
    'recharge_not_found',
  ],
  ['the reversal of abc', '/recharges/abc/reversal', { body: { reason: 'x' } }, 404, 'recharge_not_found'],
  [
    'a second reversal',
    `/recharges/${REVERSED_RECHARGE}/reversal`,
    { body: { reason: 'x' } },
    409,
    'already_reversed',
  ],
  [
    'the reversal of what is spent',
    `/recharges/${SPENT_RECHARGE}/reversal`,
    { body: { reason: 'x' } },
    409,
    'recharge_spent',
  ],

  ...invalid('/users', 'first_name', USER, [
    ...BAD_TEXTS,
    'a\nb',
    undefined,
    null,
    LONG,
    '😀'.repeat(101),
    7,
    [],
    {},
  ]),
  ...['last_name', 'id_number', 'contact_number', 'residential_address', 'city_of_birth'].flatMap((member) =>
    invalid('/users', member, USER, ['a\u202eb', 'x'.repeat(256)]),
  ),
  ...invalid('/alerts', 'type', ALERT, ['\u200b', '\ud800', 'x'.repeat(51)]),
  ...invalid('/alerts', 'message', ALERT, ['\n', 'a\u202eb', 'x'.repeat(1_001)]),
  ...['route', 'station'].flatMap((member) =>
    ['a\u202eb', LONG, '', 1.5].map((value): Refusal => [
      `${member} ${JSON.stringify(value)} of a boarding at /fares/price`,
      '/fares/price',
      { body: { personalised: true, boardings: [{ ...IMAGINED, [member]: value }] } },
      422,
      'invalid_value',
    ]),
  ),
  ...invalid('/users', 'email', USER, [
    'x',
    'a@b',
    'a\u0000@example.com',
    '\ud800@example.com',
    'a@\udc00.example.com',
    'a\u202e@example.com',
    `${'x'.repeat(250)}@example.com`,
    7,
    ['a@example.com'],
  ]),
  ...invalid('/users', 'gender', USER, ['X', 'f', 1]),
  ...invalid('/users', 'rider_category', USER, ['vip', '']),
  ...invalid('/users', 'date_of_birth', USER, [
    '2026-02-30',
    'yesterday',
    '9999-01-01',
    '0000-01-01',
    '1990-1-1',
    19900101,
    '1990-01-01T00:00:00Z',
  ]),
  ...invalid('/users', 'user_id', USER, [1]),
  ['a taken e-mail', '/users', { body: { ...USER, id_number: 'CC-2' } }, 409, 'already_exists'],
  [
    'a taken e-mail in other letters',
    '/users',
    { body: { ...USER, id_number: 'CC-2', email: 'pERSONA@eXAMPLE.COM' } },
    409,
    'already_exists',
  ],
  ['a taken id_number', '/users', { body: { ...USER, email: 'other@example.com' } }, 409, 'already_exists'],

  ...invalid('/cards', 'card_number', {}, [
    'abc',
    '1234567',
    '1'.repeat(21),
    1234567890123456,
    '',
    '12345678 ',
    '12345678\u200b',
    '12345678\n',
    '１２３４５６７８',
    "1' OR '1'='1",
  ]),
  ...invalid('/cards', 'user_id', {}, ['1', 0, -1, 1.5]),
  ...invalid('/cards', 'balance', {}, [1_000_000]),
  ['a card of nobody', '/cards', { body: { user_id: 999 } }, 404, 'user_not_found'],
  ['a taken card_number', '/cards', { body: { card_number: NUMBER } }, 409, 'already_exists'],
  ...['gone', 'ACTIVE', '', null, 1, undefined].map((status): Refusal => [
    `the status ${JSON.stringify(status) ?? 'missing'}`,
    '/cards/1',
    { method: 'PATCH', body: { status } },
    422,
    'invalid_value',
  ]),
  ...['active', 'inactive', 'blocked'].map((status): Refusal => [
    `a lost card made ${status}`,
    `/cards/${LOST_CARD}`,
    { method: 'PATCH', body: { status } },
    409,
    'illegal_transition',
  ]),
  [
    'a balance that is set',
    '/cards/1',
    { method: 'PATCH', body: { status: 'active', balance: 1 } },
    422,
    'invalid_value',
  ],

  ...[
    '/nope',
    '/api/v2/cards/1',
    '/api/v1/nope',
    '/cards/1/balance/extra',
    '//cards/1',
    '/api/v1/api/v1/cards/1',
    '/.env',
  ].map((path): Refusal => [`GET ${path}`, path, {}, 404, 'not_found']),
  ...['/cards/%', '/cards/%zz', '/stations/%E0%A4%A/details', '/cards/%FF/balance'].map((path): Refusal => [
    `the malformed path ${path}`,
    path,
    {},
    400,
    'malformed_request',
  ]),
  ['an oversize code', `/stations/${'x'.repeat(5_000)}/details`, {}, 404, 'station_not_found'],
  ['an oversize id', `/users/${'9'.repeat(5_000)}`, {}, 404, 'user_not_found'],
  ['an oversize key', `/cache/key/${'x'.repeat(5_000)}`, { method: 'DELETE' }, 404, 'cache_key_not_found'],
];

describe('a bad request', () => {
  it('is one of many', () => {
    expect(refusals.length).toBeGreaterThan(200);
    const names = refusals.map(([what]) => what);
    expect(names.filter((what, index) => names.indexOf(what) !== index)).toEqual([]);
  });

  it.each(refusals)(
    '%s is refused and changes nothing',
    async (_, path, { method, body, text, headers }, status, code) => {
      const before = await checksumOf(client);

      const answer = await ask(service, path, {
        method: method ?? (body === undefined ? 'GET' : 'POST'),
        ...(body === undefined ? { body: text } : { body: JSON.stringify(body) }),
        headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      });

      expect(answer).toMatchObject({ status, body: { code } });
      expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(answer.text.replaceAll(JSON.stringify(path).slice(1, -1), '')).not.toMatch(INNER_WORDS);
      expect(await checksumOf(client)).toEqual(before);
    },
  );

  it('says where in the body the fault is', async () => {
    const { body } = await post(service, '/recharges', { card_id: '1', amount: '-1' });

    expect(body).toMatchObject({
      errors: expect.arrayContaining([
        { pointer: '/card_id', detail: 'must be a whole number from 1 to 9007199254740991' },
        { pointer: '/amount', detail: 'must be a whole number, within the limits of the channel' },
      ]) as unknown,
    });
  });

  it('says what is wrong with a text', async () => {
    const { body } = await post(service, '/users', { ...USER, first_name: 'a\u202eb', last_name: '\u200b' });

    expect(body).toMatchObject({
      errors: [
        { pointer: '/first_name', detail: 'must not contain the character U+202E' },
        { pointer: '/last_name', detail: 'must show something' },
      ],
    });
  });

  it('says which member is not known, before what the others may be', async () => {
    const { body } = await post(service, '/recharges', { card_id: '1', 'a/b~c': 1 });

    expect(body).toMatchObject({
      errors: [{ pointer: '/a~1b~0c', detail: 'is not a member that is known here' }],
    });
  });

  it.each([
    [-50_000, undefined, 'must be a whole number from 1000 to 200000'],
    [0, undefined, 'must be a whole number from 1000 to 200000'],
    [1e308, undefined, 'must be a whole number from 1000 to 200000'],
    [-1, ONLINE_POINT, 'must be a whole number from 10000 to 200000'],
  ])('names the limits of the channel for an amount of %p', async (amount, recharge_point_id, detail) => {
    const { body } = await post(service, '/recharges', { card_id: CARD, amount, recharge_point_id });

    expect(body).toMatchObject({ errors: [{ pointer: '/amount', detail }] });
  });

  it.each([
    ['credit_boardings', 100],
    ['passback_seconds', 3_600],
    ['daily_cap', 1_000_000_000],
  ])('names what %s is bounded by', async (limit_name, most) => {
    for (const value of [-1, most + 1]) {
      const { body } = await post(service, '/fares/limits', { limit_name, valid_from: '2099-01-01', value });

      expect(body).toMatchObject({
        errors: [{ pointer: '/value', detail: `must be a whole number from 0 to ${most}` }],
      });
    }
  });

  it('for lack of money says how much is needed and how much is there', async () => {
    const { body } = await post(service, '/trips/start', { ...LINE, card_id: EMPTY_CARD });

    expect(body).toMatchObject({ required: FARE, available: 0 });
  });

  it('is 405 with Allow where another method would do', async () => {
    const methods = await Promise.all(
      (
        [
          ['PUT', '/cards/1', 'GET, HEAD, PATCH'],
          ['DELETE', '/cards/1', 'GET, HEAD, PATCH'],
          ['POST', '/users/count', 'GET, HEAD'],
          ['GET', '/recharges', 'POST'],
          ['GET', '/trips/start', 'POST'],
          ['DELETE', '/api/v1/trips/1', 'GET, HEAD'],
          ['POST', '/cards/1/balance/', 'GET, HEAD'],
        ] as const
      ).map(async ([method, path, allow]) => {
        const answer = await ask(service, path, { method });
        return [answer.status, (answer.body as { code: string }).code, answer.headers.get('allow'), allow];
      }),
    );

    for (const [status, code, allowed, allow] of methods) {
      expect([status, code, allowed]).toEqual([405, 'method_not_allowed', allow]);
    }
  });

  it.each([
    ['a control character in the Idempotency-Key', 'Idempotency-Key: a\u0001b\r\n', 400],
    ['a header without a name', ': x\r\n', 400],
    ['headers of more than 16 KiB', `X-Long: ${'x'.repeat(20_000)}\r\n`, 431],
  ])('that is no HTTP, with %s, is refused in the same words', async (_, header, status) => {
    const { hostname, port } = new URL(service.url);
    const socket = connectTo(Number(port), hostname);
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.write(`POST /recharges HTTP/1.1\r\nHost: ${hostname}\r\n${header}Content-Length: 0\r\n\r\n`);
    await once(socket, 'close');

    const [head = '', body = ''] = answer.split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(head).toMatch(/content-type: application\/problem\+json/i);
    expect(JSON.parse(body)).toMatchObject({ status, code: expect.stringMatching(/^[a-z_]+$/) as unknown });
  });

  it('never was a fault of the service', () => {
    expect(service.output).not.toContain('request failed');
  });
});

/** An operation of the document, with a path that names nothing. */
interface Described {
  readonly method: string;
  readonly path: string;
  readonly example: Readonly<Record<string, unknown>> | undefined;
}

async function operations(): Promise<Described[]> {
  const { openApi } = await documentOf(service);
  return Object.entries(openApi.paths).flatMap(([template, methods]) =>
    Object.entries(methods).map(([method, { requestBody }]) => ({
      method: method.toUpperCase(),
      path: template.replace(/\{\w+\}/g, '999999'),
      example: requestBody?.content['application/json']?.example as Described['example'],
    })),
  );
}

async function takingBodies(): Promise<(Described & { readonly example: object })[]> {
  return (await operations()).flatMap(({ example, ...operation }) =>
    example ? [{ ...operation, example }] : [],
  );
}

/** What an operation answers to a body, in short. */
async function answerTo(
  { method, path }: Described,
  body: string | Uint8Array<ArrayBuffer>,
): Promise<{ status: number; code: string; pointers: string[] }> {
  const answer = await ask(service, path, { method, body, headers: { 'content-type': 'application/json' } });
  const { code, errors = [] } = answer.body as { code: string; errors?: { pointer: string }[] };
  return { status: answer.status, code, pointers: errors.map(({ pointer }) => pointer) };
}

describe('every operation', () => {
  it('refuses a parameter that it does not know, before anything is looked up', async () => {
    const before = (await ask(service, '/cache/stats')).body as { cache_stats: { by_route: unknown } };
    const described = await operations();

    const answers: unknown[] = [];
    for (const { method, path } of described) {
      const queries = ['?x', '?x=1', '?=1', '?__proto__=1', '?limit[0]=1', `?${'x=1&'.repeat(1_000)}`];
      const ofOne = queries.flatMap((query) =>
        ['', '/api/v1'].map(async (prefix) => {
          const { status, body, headers } = await ask(service, prefix + path + query, { method });
          const { code, errors } = body as { code: string; errors: { detail: string }[] };
          return [status, code, errors.length, errors[0]?.detail, headers.get('x-cache')];
        }),
      );
      answers.push(...(await Promise.all(ofOne)));
    }

    expect(described.length).toBeGreaterThan(70);
    const refusal = [422, 'invalid_value', 1, 'is not a parameter that is known here', null];
    expect(answers.filter((answer) => JSON.stringify(answer) !== JSON.stringify(refusal))).toEqual([]);
    const after = (await ask(service, '/cache/stats')).body as typeof before;
    expect(after.cache_stats.by_route).toEqual(before.cache_stats.by_route);
  });

  it('names no more than 20 parameters that it does not know', async () => {
    const query = Array.from({ length: 2_000 }, (_, n) => `x${n}`).join('&');
    const { status, body } = await ask(service, `/users/count?${query}`);

    expect([status, (body as { errors: unknown[] }).errors.length]).toEqual([422, 20]);
  });

  it.each([
    'locality=%ff',
    'locality=%ed%a0%80',
    'locality=%c3',
    'locality=%c3&status=%a9',
    'locality=%zz',
    '%ff=1',
  ])('refuses a query that is not UTF-8: %s', async (query) => {
    for (const path of ['/stations', '/users/count', '/api/v1/recharge-points']) {
      const { status, body } = await ask(service, `${path}?${query}`);

      expect([status, body]).toMatchObject([400, { code: 'malformed_request' }]);
    }
  });

  it('refuses a body that is deeper, wider or longer than its own shape', async () => {
    const described = await takingBodies();
    const deep = '['.repeat(6_000) + ']'.repeat(6_000);
    const wide = Array.from({ length: 700 }, (_, n) => `"k${n}":1`).join();

    for (const operation of described) {
      const [member = ''] = Object.keys(operation.example);
      const answers = [
        await answerTo(operation, deep),
        await answerTo(operation, `{"deep":${deep}}`),
        await answerTo(operation, `{"${member}":${deep}}`),
        await answerTo(operation, `{"${member}":[[[{"a":[[]]}]]]}`),
        await answerTo(operation, `{${wide}}`),
        await answerTo(operation, `[${'{},'.repeat(4_000)}{}]`),
        await answerTo(operation, `{"${member}":[${'{},'.repeat(4_000)}{}]}`),
      ];

      expect([operation.path, ...answers.map(({ status }) => status)]).toEqual([
        operation.path,
        ...answers.map(() => 422),
      ]);
      expect(Math.max(...answers.map(({ pointers }) => pointers.length))).toBeLessThanOrEqual(20);
    }
    expect(described.length).toBeGreaterThan(15);
  });

  it('refuses half of a surrogate pair wherever it takes text', async () => {
    for (const operation of await takingBodies()) {
      const key = await answerTo(operation, JSON.stringify({ ...operation.example, 'a\udc00': 1 }));
      expect([operation.path, key]).toEqual([
        operation.path,
        { status: 422, code: 'invalid_value', pointers: ['/a\ufffd'] },
      ]);
      for (const name of Object.keys(operation.example)) {
        const text = await answerTo(operation, JSON.stringify({ ...operation.example, [name]: 'a\ud800' }));
        expect([operation.path, text]).toEqual([
          operation.path,
          { status: 422, code: 'invalid_value', pointers: [`/${name}`] },
        ]);
      }
    }
  });

  it.each([
    ['a byte of Latin-1', [0xf1]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['too long a form', [0xc0, 0xaf]],
    ['half of a character', [0xc3]],
  ])('refuses a body that is not UTF-8 for %s', async (_, bytes) => {
    for (const operation of await takingBodies()) {
      const body = Uint8Array.from([...Buffer.from('{"x":"pago-'), ...bytes, ...Buffer.from('X"}')]);

      expect([operation.path, await answerTo(operation, body)]).toEqual([
        operation.path,
        { status: 400, code: 'malformed_request', pointers: [] },
      ]);
    }
  });

  it('names no more than 20 of 500 items that are wrong, and the last one where only that is', async () => {
    const good = { route_type: 'TRONCAL', route: 'J74', station: 'Portal', at: '2023-06-01T07:00:00Z' };
    const boardings = Array.from({ length: 500 }, () => good);
    const operation = { method: 'POST', path: '/fares/price', example: undefined };
    const price = (items: unknown[]) =>
      answerTo(operation, JSON.stringify({ personalised: true, boardings: items }));

    const allWrong = await price(boardings.map(() => ({})));
    const lastWrong = await price([...boardings.slice(1), { ...good, at: 'x', route_type: 1 }]);
    const tooMany = await price([...boardings, good]);

    expect(allWrong.pointers).toHaveLength(20);
    expect(lastWrong.pointers.sort()).toEqual(['/boardings/499/at', '/boardings/499/route_type']);
    expect(tooMany).toEqual({ status: 422, code: 'invalid_value', pointers: ['/boardings'] });
  });
});

describe('a body', () => {
  it.each<[Record<string, string>, number]>([
    [{ 'content-type': 'application/json; charset=utf-8' }, 201],
    [{ 'content-type': 'application/json;charset="UTF-8"' }, 201],
    [{ 'content-type': 'application/json; charset=iso-8859-1' }, 415],
    [{ 'content-type': 'application/json; charset=utf-16' }, 415],
    [{ 'content-type': 'application/json', 'content-encoding': 'identity' }, 201],
    [{ 'content-type': 'application/json', 'content-encoding': 'gzip' }, 415],
    [{ 'content-type': 'application/json', 'content-encoding': 'br' }, 415],
  ])('with %p is answered %i', async (headers, expected) => {
    const { status } = await ask(service, '/recharges', {
      method: 'POST',
      body: JSON.stringify({ card_id: CARD, amount: 1_000 }),
      headers,
    });

    expect(status).toBe(expected);
  });

  it('may begin with a byte order mark, as RFC 8259 allows', async () => {
    const { status } = await ask(service, '/recharges', {
      method: 'POST',
      body: Uint8Array.from([0xef, 0xbb, 0xbf, ...Buffer.from(`{"card_id":${CARD},"amount":1000}`)]),
      headers: { 'content-type': 'application/json' },
    });

    expect(status).toBe(201);
  });

  it('that is empty says nothing where none is required, whatever its content type', async () => {
    const answers = await Promise.all(
      [
        ['DELETE', '/cache/key/nothing'],
        ['POST', '/cache/clear'],
        ['POST', '/trips/simulate/revenue-test'],
        ['PATCH', '/alerts/999999'],
        ['PATCH', '/arrivals/999999'],
        ['POST', '/cards'],
      ].flatMap(([method = '', path = '']) =>
        ['application/json', 'application/json; charset=latin1', 'text/plain', ''].map(async (type) => {
          const { status } = await ask(service, path, {
            method,
            body: '',
            headers: { 'content-type': type },
          });
          return `${method} ${path} ${status}`;
        }),
      ),
    );

    expect([...new Set(answers)]).toEqual([
      'DELETE /cache/key/nothing 404',
      'POST /cache/clear 200',
      'POST /trips/simulate/revenue-test 404',
      'PATCH /alerts/999999 404',
      'PATCH /arrivals/999999 404',
      'POST /cards 201',
    ]);
  });

  it('says nothing either as null or an object without members, and must say nothing more', async () => {
    const clear = { method: 'POST', path: '/cache/clear' };
    const sent = ['null', '{}', '[]', '1', '"x"', '{"x":1}'].map(async (body) => {
      const { status } = await ask(service, clear.path, {
        ...clear,
        // Not text, which is held against the document.
        body: Uint8Array.from(Buffer.from(body)),
        headers: { 'content-type': 'application/json' },
      });
      return status;
    });

    expect(await Promise.all(sent)).toEqual([200, 200, 422, 422, 422, 422]);
  });

  it('that is required and empty is malformed', async () => {
    for (const operation of await takingBodies()) {
      if (['/cards', '/alerts/999999', '/arrivals/999999'].includes(operation.path)) continue;

      expect([operation.path, (await answerTo(operation, '')).status]).toEqual([operation.path, 400]);
    }
  });
});

describe('a page for people', () => {
  it.each(['/', '/docs', '/redoc', '/openapi.json'])(
    '%s is there whatever a link adds to it',
    async (path) => {
      const { status } = await fetch(`${service.url}${path}?utm_source=x&v=2`, { redirect: 'manual' });

      expect(status).toBe(path === '/' ? 302 : 200);
    },
  );
});

describe('an unusual request', () => {
  it.each(['/cards/1', '/cards/1/balance', '/users/count', '/stations', '/health', '/trips/total'])(
    'HEAD %s is GET without the body',
    async (path) => {
      const head = await ask(service, path, { method: 'HEAD' });

      expect([head.status, head.text]).toEqual([200, '']);
      expect(head.headers.get('content-type')).toMatch(/^application\/json/);
    },
  );

  it('HEAD of nothing is 404 without a body', async () => {
    const head = await ask(service, '/cards/999', { method: 'HEAD' });

    expect([head.status, head.text]).toEqual([404, '']);
  });

  it('keeps text as it is, however much it looks like SQL or HTML', async () => {
    const first_name = `Robert'); DROP TABLE users;-- <script>alert(1)</script> 😀 \${x} %s \\`;

    const { body } = await post(service, '/users', { first_name, last_name: "O'Brien" });

    expect(body).toMatchObject({ first_name, last_name: "O'Brien" });
    const { user_id } = body as { user_id: number };
    expect((await ask(service, `/users/${user_id}`)).body).toEqual(body);
  });

  it('is kept without what shows nothing', async () => {
    const { body } = await post(service, '/users', {
      first_name: '\u200b Ana\u00a0\u00a0Mari\u0301a ',
      last_name: 'Pérez \u{1f469}\u200d\u{1f467}',
      email: ' Ana@example.com\u200b',
    });

    expect(body).toMatchObject({
      first_name: 'Ana María',
      last_name: 'Pérez \u{1f469}\u200d\u{1f467}',
      email: 'Ana@example.com',
    });
  });

  it('makes no other identity of a blank, or of what shows nothing', async () => {
    const register = (id_number: string) =>
      post(service, '/users', { first_name: 'A', last_name: 'B', id_number });

    expect(await register('X-\u00e9 ')).toMatchObject({ status: 201, body: { id_number: 'X-é' } });
    for (const spelling of ['X-é', ' X-é', 'X-é\u200b', 'X\u00ad-e\u0301', '\ufeffX-é\u3000', 'X-é\ufe0f']) {
      expect(await register(spelling)).toMatchObject({ status: 409, body: { code: 'already_exists' } });
    }
    expect(await register('x-é')).toMatchObject({ status: 201 });
  });

  it('finds a code in whatever form of Unicode it comes, under one key of the cache', async () => {
    const paths = [CODE_IN_PATH, 'E%CC%81-1', '%20%C3%89-1', '%C3%89-1%E2%80%8B'].map(
      (code) => `/stations/${code}/details`,
    );

    const sources: unknown[] = [];
    for (const path of paths) {
      const { status, body, headers } = await ask(service, path);
      expect([status, body]).toMatchObject([200, { station_code: 'É-1' }]);
      sources.push(headers.get('x-cache'));
    }

    expect(sources).toEqual(['MISS', 'HIT', 'HIT', 'HIT']);
  });

  it('never takes two transaction ids for one', async () => {
    const ids = ['pago-ñX', 'pago-áX', 'pago-nX', 'PAGO-ñX', 'pago-ñX.', 'pago ñX', 'pago-😀X'];

    const answers = await Promise.all(
      ids.map((transaction_id) =>
        post(service, '/recharges', { ...RECHARGE, amount: 1_000, transaction_id }),
      ),
    );

    expect(answers.map(({ status }) => status)).toEqual(ids.map(() => 201));
    const recharges = answers.map(({ body }) => (body as { recharge_id: number }).recharge_id);
    expect(new Set(recharges).size).toBe(ids.length);
    const again = await post(service, '/recharges', { ...RECHARGE, amount: 1_000, transaction_id: ids[0] });
    expect(again).toMatchObject({ status: 201, body: { recharge_id: recharges[0] } });
  });

  it('takes a message of several lines', async () => {
    const { status, body } = await post(service, '/alerts', { ...ALERT, message: 'Uno \r\n\r\n\tdos\n' });

    expect([status, body]).toMatchObject([201, { message: 'Uno\n\ndos' }]);
  });

  it.each(['/api/v1/cards/1', '/cards/1/', '/api/v1/cards/1/', '/cards/1?', '/%63ards/1', '/cards/%31'])(
    '%s is the same as /cards/1',
    async (path) => {
      const { status, body } = await ask(service, path);

      expect([status, body]).toEqual([200, (await ask(service, '/cards/1')).body]);
    },
  );

  it('takes an absent member and one that is null for the same', async () => {
    const { status } = await post(service, '/recharges', {
      card_id: CARD,
      amount: 1_000,
      recharge_point_id: null,
      transaction_id: null,
    });

    expect(status).toBe(201);
  });
});
