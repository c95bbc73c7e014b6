import { Validator } from '@seriousme/openapi-schema-validator';
import { Client } from 'pg';
import type { Problem } from '../../src/common/http/problem/problem.dto';
import { FIRST_DAY, FIRST_MOMENT, LAST_DAY, LAST_MOMENT } from '../../src/common/time/moment';
import { connect } from '../builders/connect';
import { aKey } from '../builders/keys';
import { afterTest } from '../setup/after-test';
import { ask, documentOf, send, type Answer } from '../setup/api';
import type { MediaType, OpenApi, Operation, Parameter, Schema } from '../setup/api-document';
import type { TestDatabase } from '../setup/database';
import type { Service } from '../setup/service';
import { startOverDatabase } from '../setup/service-over-database';

/** An operation, the status of its success, and the key under which its answer is cached. */
type Promised = readonly [operation: string, success: number, cachedAs?: string];

/** What the service promises its callers. */
const PROMISED: readonly Promised[] = [
  ['GET /health', 200],
  ['GET /health/db', 200],
  ['GET /health/cache', 200],
  ['GET /health/live', 200],
  ['GET /health/ready', 200],
  ['GET /ping-db', 200],
  ['GET /users/count', 200, 'users:count'],
  ['GET /users/active/count', 200, 'users:active:count'],
  ['GET /users/latest', 200, 'users:latest'],
  ['GET /users/{user_id}', 200],
  ['GET /users/{user_id}/cards', 200],
  ['GET /users/{user_id}/recharges', 200, 'user:{user_id}:recharges'],
  ['GET /users/{user_id}/card-balance', 200, 'user:{user_id}:card-balance'],
  ['GET /cards/{card_id}', 200],
  ['GET /cards/{card_id}/balance', 200, 'card:{card_id}:balance'],
  ['GET /cards/{card_id}/history', 200, 'card:{card_id}:history'],
  ['GET /cards/{card_id}/statement', 200],
  ['GET /recharges/{recharge_id}', 200],
  ['GET /hotlist', 200, 'hotlist'],
  ['GET /actions', 200],
  ['GET /actions/{action_id}', 200],
  ['GET /trips/{trip_id}', 200, 'trip:{trip_id}'],
  ['GET /trips/total', 200, 'trips:total'],
  ['GET /trips/total/localities', 200, 'trips:total:localities'],
  ['GET /trips/card/{card_id}', 200, 'trips:card:{card_id}'],
  ['GET /trips/routes/{route_id}/stations', 200, 'route:{route_id}:stations'],
  ['GET /finance/revenue', 200, 'finance:total_revenue'],
  ['GET /trips/finance/revenue', 200, 'finance:total_revenue'],
  ['GET /finance/revenue/localities', 200, 'finance:revenue:by_localities'],
  ['GET /finance/revenue/series', 200],
  ['GET /finance/recharges/series', 200],
  ['GET /activity/minutes', 200],
  ['GET /activity/stations', 200],
  ['GET /events', 200],
  ['GET /stations', 200, 'stations:list:{locality}:{status}'],
  ['GET /stations/identifiers', 200, 'stations:identifiers'],
  ['GET /stations/{code}/details', 200, 'station:{code}:details'],
  ['GET /stations/{station_id}/arrivals', 200, 'station:{station_id}:arrivals'],
  ['GET /stations/{code}/realtime-arrivals', 200, 'station:code:{code}:arrivals'],
  ['GET /stations/{station_id}/alerts', 200, 'station:{station_id}:alerts:{active_only}'],
  ['GET /system/alerts', 200, 'system:alerts:{active_only}'],
  ['GET /alerts', 200, 'alerts:active'],
  ['GET /routes', 200],
  ['GET /routes/codes', 200, 'routes:codes'],
  ['GET /routes/{code}/details', 200, 'route:{code}:details'],
  ['GET /routes/{code}/current-location', 200, 'route:{code}:location'],
  ['GET /route/{code}/current-location', 200, 'route:{code}:location'],
  ['GET /recharge-points', 200],
  ['GET /locations', 200],
  ['GET /concessionaires', 200],
  ['GET /depots', 200],
  ['GET /vehicles', 200],
  ['GET /drivers', 200],
  ['GET /fares', 200, 'fares:on:{on}'],
  ['GET /fares/tariffs', 200, 'fares:tariffs'],
  ['GET /fares/transfer-rules', 200, 'fares:transfer-rules'],
  ['GET /fares/transfer-prices', 200, 'fares:transfer-prices'],
  ['GET /fares/concessions', 200, 'fares:concessions'],
  ['GET /fares/limits', 200, 'fares:limits'],
  ['GET /audit', 200],
  ['GET /audit/export', 200],
  ['GET /cache/stats', 200],
  ['GET /cache/templates', 200],
  ['GET /cards', 200],
  ['GET /instances', 200],
  ['GET /metrics', 200],
  ['GET /network', 200, 'network'],
  ['GET /proofs', 200],
  ['GET /proofs/latest', 200],
  ['GET /proofs/{proof_id}', 200],
  ['POST /proofs', 202],
  ['GET /recharges', 200],
  ['GET /search', 200],
  ['GET /trips', 200],
  ['GET /users', 200],
  ['GET /vehicles/positions', 200, 'vehicles:positions'],
  ['GET /cache/keys', 200],
  ['GET /cache/health', 200],
  ['GET /cache/performance-test', 200],
  ['DELETE /cache/key/{key}', 200],
  ['POST /cache/clear', 200],
  ['POST /users', 201],
  ['GET /users/{user_id}/export', 200],
  ['POST /cards', 201],
  ['PATCH /cards/{card_id}', 200],
  ['GET /caller', 200],
  ['GET /keys', 200],
  ['PATCH /keys/{key_id}', 200],
  ['POST /keys', 201],
  ['POST /keys/{key_id}/roll', 201],
  ['POST /keys/{key_id}/revocation', 200],
  ['POST /recharges', 201],
  ['POST /cards/recharge', 200],
  ['POST /actions/{action_id}/collection', 200],
  ['POST /recharges/{recharge_id}/reversal', 201],
  ['POST /trips/end', 200],
  ['POST /trips/complete', 200],
  ['POST /trips/start', 200],
  ['POST /trips/simulate/revenue-test', 200],
  ['GET /validators', 200],
  ['GET /validators/late', 200, 'validators:late'],
  ['POST /validators', 201],
  ['PATCH /validators/{validator_id}', 200],
  ['POST /taps', 200],
  ['GET /taps/suspense', 200],
  ['POST /taps/{suspense_id}/resolution', 200],
  ['POST /alerts', 201],
  ['PATCH /alerts/{alert_id}', 200],
  ['POST /arrivals', 201],
  ['PATCH /arrivals/{arrival_id}', 200],
  ['POST /vehicle-positions', 200],
  ['POST /fares/tariffs', 201],
  ['POST /fares/transfer-rules', 201],
  ['POST /fares/transfer-prices', 201],
  ['POST /fares/concessions', 201],
  ['POST /fares/limits', 201],
  ['POST /fares/quote', 200],
  ['POST /fares/repricing', 200],
  ['POST /fares/price', 200],
  ['POST /users/{user_id}/erasure', 200],
];

const SUCCESSES = PROMISED.map(([operation, success]) => [operation, success] as const);
/** A stream of events does not end by itself. */
const TRIED = SUCCESSES.filter(([operation]) => operation !== 'GET /events');
/** What is not answered as JSON. */
const OTHER_TYPES: ReadonlyMap<string, string> = new Map([
  ['GET /audit/export', 'application/x-ndjson'],
  ['GET /events', 'text/event-stream'],
  ['GET /metrics', 'application/openmetrics-text'],
]);

/** They take a body, and change nothing. */
const QUESTIONS = ['POST /fares/quote', 'POST /fares/price', 'POST /fares/repricing'];
const BODIES = PROMISED.map(([operation]) => operation).filter(
  (operation) => !operation.startsWith('GET') && !operation.includes('/cache/'),
);
const WRITES = BODIES.filter((operation) => !QUESTIONS.includes(operation));
/** It asks neither, and nobody for a key. */
const ALWAYS_ANSWERED = ['GET /health/live'];
/** Each is done once for a key. */
const REPEATABLE = [
  'POST /cards',
  'POST /recharges',
  'POST /cards/recharge',
  'POST /recharges/{recharge_id}/reversal',
  'POST /actions/{action_id}/collection',
  'POST /trips/start',
  'POST /trips/end',
  'POST /trips/complete',
  'POST /trips/simulate/revenue-test',
  'POST /taps/{suspense_id}/resolution',
  'POST /users/{user_id}/erasure',
  'POST /fares/tariffs',
  'POST /fares/transfer-rules',
  'POST /fares/transfer-prices',
  'POST /fares/concessions',
  'POST /fares/limits',
];

/** The first one, which the examples show. */
async function noteProofOfExamples(): Promise<void> {
  const client = await connect(database.url);
  await client.query(
    `INSERT INTO proofs (source, started_by, started_at, heard_at, ended_at, outcome)
     VALUES ('program', 'ledger:verify', now(), now(), now(), 'right')`,
  );
  await client.end();
}

let database: TestDatabase;
let service: Service;
let openApi: OpenApi;

const operationOf = (name: string): Operation => {
  const [method = '', path = ''] = name.split(' ');
  const operation = openApi.paths[path]?.[method.toLowerCase()];
  if (!operation) throw new Error(`${name} is not described`);
  return operation;
};

beforeAll(async () => {
  ({ database, service } = await startOverDatabase({ DEMO_DATA: 'on', SIMULATION: 'on', LOG_LEVEL: 'warn' }));
  await makeKeyOfExamples();
  await noteProofOfExamples();
  await makeActionOfExamples();
  await makeTapOfExamples();
  ({ openApi } = await documentOf(service));
});

/** In the demonstration city no recharge waits for a validator. */
async function makeActionOfExamples(): Promise<void> {
  const client = await connect(database.url);
  await client.query(`
    INSERT INTO actions (action_id, card_id, amount, expires_at)
    SELECT 1, max(card_id), 20000, '2999-01-01' FROM cards WHERE status = 'active'`);
  await client.end();
}

/** The demonstration city has no validators. */
async function makeTapOfExamples(): Promise<void> {
  const client = await connect(database.url);
  await client.query(`
    INSERT INTO validators (number, station_id, route_id)
    SELECT 'of examples', station_id, route_id FROM route_stops WHERE (route_id, station_id) = (1, 1) LIMIT 1;
    INSERT INTO suspended_taps (validator_id, sequence, reason, kind, decision, card_number, tapped_at, received_at)
    VALUES (1, 1, 'unknown_card', 'entry', 'accepted', '9', '2026-01-14T12:00:00Z', now())`);
  await client.end();
}

/** The demonstration city has no keys. */
async function makeKeyOfExamples(): Promise<void> {
  const client = await connect(database.url);
  try {
    await aKey(client, 'agent', {}, { key_id: '7Qm2xK9a' });
    // Whether a rider's cards owe money depends on the day.
    await client.query('UPDATE cards SET user_id = NULL WHERE user_id = 50');
  } finally {
    await client.end();
  }
}

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const { valid, errors } = await new Validator().validate({ ...structuredClone(openApi) });

    expect(errors ?? []).toEqual([]);
    expect(valid).toBe(true);
    expect(openApi.openapi).toMatch(/^3\.1\./);
  });

  it('describes what is promised, and nothing else', () => {
    const described = Object.entries(openApi.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );

    expect(described.sort()).toEqual(PROMISED.map(([operation]) => operation).sort());
  });

  it('gives every operation an id of its own', () => {
    const ids = PROMISED.map(([operation]) => operationOf(operation).operationId);

    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each(SUCCESSES)(
    '%s has a summary, a tag, a typed answer with examples, and typed problems',
    (name, success) => {
      const { summary, tags, responses } = operationOf(name);

      expect(summary).toMatch(/^[A-Z].{2,}\.$/);
      expect(tags).toHaveLength(1);
      expect(Object.keys(responses)).toContain(String(success));
      const type = OTHER_TYPES.get(name) ?? 'application/json';
      const answer = mediaOf(responses[success], type);
      expect(undescribedMembers(answer.schema)).toEqual([]);
      for (const [status, response] of Object.entries(responses)) {
        expect(response.description).toMatch(/\w/);
        if (Number(status) < 400 || tags?.[0] === 'health') continue;
        const problem = mediaOf(response, 'application/problem+json');
        expect(problem.schema).toEqual({ $ref: '#/components/schemas/Problem' });
        for (const [code, { value }] of Object.entries(problem.examples ?? {})) {
          expect(value).toMatchObject({
            status: Number(status),
            code,
            type: `/docs/errors#${code}`,
          });
        }
        expect(Object.keys(problem.examples ?? {})).not.toEqual([]);
      }
    },
  );

  it.each(PROMISED.map(([operation]) => operation))('%s says what it is for', (name) => {
    const { description = '' } = operationOf(name);

    // Without words of its own, an operation has only those that are added to all.
    expect(description).toMatch(
      /^(?!The response is cached|It is not cached|When the response arrives|A retry)[A-Z].{15,}\./,
    );
  });

  it('describes each parameter of an operation, and each member of a schema', () => {
    const parameters = PROMISED.flatMap(([operation]) =>
      (operationOf(operation).parameters ?? [])
        .filter(({ description }) => !description)
        .map(({ name }) => `${operation} ${name}`),
    );
    const members = Object.entries(openApi.components.schemas).flatMap(([schema, { properties = {} }]) =>
      Object.entries(properties as Record<string, Schema>)
        .filter(([, { description, $ref, allOf, anyOf }]) => !(description ?? $ref ?? allOf ?? anyOf))
        .map(([member]) => `${schema}.${member}`),
    );

    expect([...parameters, ...members]).toEqual([]);
  });

  it.each(
    PROMISED.map(([operation]) => operation).filter((operation) => !ALWAYS_ANSWERED.includes(operation)),
  )('%s says that the database or the cache may be away', (name) => {
    expect(Object.keys(operationOf(name).responses)).toContain('503');
  });

  it.each(ALWAYS_ANSWERED)('%s does not say so', (name) => {
    expect(codesOf(operationOf(name), 503).filter((code) => code !== 'overloaded')).toEqual([]);
  });

  it.each(PROMISED.map(([operation]) => operation))('%s says whether an overload refuses it', (name) => {
    expect(codesOf(operationOf(name), 503).includes('overloaded')).toBe(!name.startsWith('GET /health'));
  });

  it.each(PROMISED.map(([operation]) => operation))('%s suggests no value for an optional filter', (name) => {
    for (const { schema, required } of parametersOf(operationOf(name), 'query'))
      expect(required ? undefined : schema.example).toBeUndefined();
  });

  it.each(BODIES)('%s says what a bad body is answered with', (name) => {
    expect(Object.keys(operationOf(name).responses)).toEqual(
      expect.arrayContaining(['400', '413', '415', '422']),
    );
  });

  it.each(PROMISED.map(([operation, , cachedAs = null]) => [operation, cachedAs] as const))(
    '%s is cached as %s',
    (name, cachedAs) => {
      expect(operationOf(name)['x-cached-as'] ?? null).toBe(cachedAs);
    },
  );

  it.each(WRITES)('%s names what it evicts', (name) => {
    const keys = PROMISED.flatMap(([, , key]) => key ?? []);

    expect(operationOf(name)['x-evicts']).not.toEqual([]);
    for (const key of operationOf(name)['x-evicts'] ?? []) expect(keys).toContain(key);
  });

  it.each(REPEATABLE)('%s takes an Idempotency-Key', (name) => {
    expect(parametersOf(operationOf(name), 'header')).toMatchObject([{ name: 'Idempotency-Key' }]);
  });
});

describe('the examples', () => {
  // In the order of PROMISED. Reads come first, since a key is removed from the cache only after it was filled. A
  // boarding comes after a whole ride of the same card, which could not board while it is on the way.
  it.each(TRIED)('%s works as it is shown', async (name, success) => {
    expect(await tryOut(name)).toMatchObject({ status: success });
  });

  it.each([
    'POST /recharges',
    'POST /cards/recharge',
    'POST /users',
    'POST /cards',
    'PATCH /cards/{card_id}',
    'PATCH /alerts/{alert_id}',
    'PATCH /arrivals/{arrival_id}',
    'POST /vehicle-positions',
  ])('%s works at the second click too', async (name) => {
    expect((await tryOut(name)).status).toBeLessThan(300);
    expect((await tryOut(name)).status).toBeLessThan(300);
  });

  it('are answered while a newer version adds columns to every table', async () => {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    afterTest(() => client.end());
    const { rows } = await client.query<{ name: string }>(
      `SELECT oid::regclass AS name FROM pg_class
       WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition`,
    );
    for (const { name } of rows) await client.query(`ALTER TABLE ${name} ADD COLUMN added_later text`);
    await ask(service, '/cache/clear', { method: 'POST' });

    const statuses: Record<string, number> = {};
    for (const [name] of TRIED) statuses[name] = (await tryOut(name)).status;

    expect(rows.length).toBeGreaterThan(20);
    expect(Object.entries(statuses).filter(([, status]) => status >= 500)).toEqual([]);
  });

  it('of a recharge says no more than it must', () => {
    const body = operationOf('POST /recharges').requestBody?.content['application/json'];

    expect(body?.example).toEqual({ card_id: 1, amount: 20000 });
  });

  /** Sends what the document shows, as it is. */
  async function tryOut(name: string): Promise<Answer> {
    const operation = operationOf(name);
    const [method = '', template = ''] = name.split(' ');
    const path = template.replace(/\{(\w+)\}/g, (_, parameter: string) =>
      encodeURIComponent(String(exampleOf(operation, parameter))),
    );
    const query = new URLSearchParams(
      parametersOf(operation, 'query').flatMap(({ name: parameter, schema }) => {
        const value = schema.example ?? schema.default;
        return typeof value === 'string' || typeof value === 'number'
          ? [[parameter, String(value)] as [string, string]]
          : [];
      }),
    ).toString();
    const media = operation.requestBody?.content['application/json'];
    const body = media && JSON.stringify(media.example);
    return ask(service, query ? `${path}?${query}` : path, {
      method,
      ...(body && { body, headers: { 'content-type': 'application/json' } }),
    });
  }
});

describe('a moment and a day', () => {
  const RANGES = {
    'date-time': `from ${FIRST_MOMENT} to ${LAST_MOMENT}`,
    date: `from ${FIRST_DAY} to ${LAST_DAY}`,
  };
  const OUTSIDE = {
    'date-time': [
      '9999-12-31T23:59:59-12:00',
      '1969-12-31T23:59:59Z',
      '2026-01-14T23:59:60Z',
      '2026-01-14T24:00:00Z',
    ],
    date: ['9999-01-01', '1899-12-31', '2026-02-30'],
  };
  const ENDS = { 'date-time': [FIRST_MOMENT, LAST_MOMENT], date: [FIRST_DAY, LAST_DAY] };

  it('out of bounds is refused with the range, in every body and query', async () => {
    const times = timesOf(openApi);
    for (const { name, pointer, format } of times) {
      for (const value of OUTSIDE[format]) {
        const answer = await askWith(name, pointer, value);
        const { errors = [] } = answer.body as Problem;
        const detail = expect.stringContaining(RANGES[format]) as string;
        expect([name, value, answer.status, errors]).toEqual([name, value, 422, [{ pointer, detail }]]);
      }
    }
    expect(times.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'GET /fares',
        'POST /fares/quote',
        'POST /alerts',
        'PATCH /arrivals/{arrival_id}',
      ]),
    );
  });

  it('at the bounds is no fault of the service', async () => {
    for (const { name, pointer, format } of timesOf(openApi)) {
      for (const value of ENDS[format]) {
        const { status } = await askWith(name, pointer, value);
        expect([name, value, status < 500]).toEqual([name, value, true]);
      }
    }
  });

  /** Sends what the document shows with one member changed. */
  async function askWith(name: string, pointer: string, value: string): Promise<Answer> {
    const [method = '', template = ''] = name.split(' ');
    const path = template.replace(/\{\w+\}/g, '1');
    if (method === 'GET') return ask(service, `${path}?${pointer.slice(1)}=${encodeURIComponent(value)}`);
    const body = structuredClone(operationOf(name).requestBody?.content['application/json']?.example);
    const steps = pointer.slice(1).split('/');
    const last = steps.pop() ?? '';
    const holder = steps.reduce(
      (part, step) => part[step] as Record<string, unknown>,
      body as Record<string, unknown>,
    );
    holder[last] = value;
    return send(service, method as 'POST' | 'PATCH', path, body);
  }
});

describe('the pages', () => {
  it.each([
    ['/docs', 'swagger-ui'],
    ['/docs/errors', '<h1>Errors'],
    ['/redoc', '<redoc'],
  ])('%s and all that it loads is served from here', async (path, marker) => {
    const pending = [path];
    const seen = new Set<string>();
    for (let url = pending.shift(); url !== undefined; url = pending.shift()) {
      seen.add(url);
      const response = await fetch(service.url + url);
      const text = await response.text();
      expect([url, response.status]).toEqual([url, 200]);
      if (url === path) expect(text).toContain(marker);
      expect(text.match(/\bsrc:\s*["']https?:[^"']+/g) ?? []).toEqual([]);
      if (!/html|css/.test(response.headers.get('content-type') ?? '')) continue;
      const references = [
        ...text.matchAll(/(?:src|href)="([^"]+)"|url\((?!["']?data:)["']?([^"')]+)/g),
      ].flatMap(([, attribute, style]) => attribute ?? style ?? []);
      expect(references.filter((reference) => /^(https?:)?\/\//.test(reference))).toEqual([]);
      const urls = references.map((reference) => new URL(reference, `${service.url}${url}`).pathname);
      pending.push(...urls.filter((next) => !seen.has(next)));
    }
    expect(seen.size).toBeGreaterThan(1);
  });

  it.each(['/docs', '/docs/errors', '/redoc', '/api/v1/docs/'])(
    '%s runs nothing but what is served from here, in no frame, and fits a telephone',
    async (path) => {
      const { headers, ...response } = await fetch(service.url + path).then(async (answer) => ({
        headers: answer.headers,
        text: await answer.text(),
      }));

      const policy = headers.get('content-security-policy')?.split('; ') ?? [];
      expect(policy).toEqual(
        expect.arrayContaining([
          "default-src 'none'",
          "script-src 'self'",
          "connect-src 'self'",
          "frame-ancestors 'none'",
        ]),
      );
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(response.text).toContain(
        '<meta name="viewport" content="width=device-width, initial-scale=1" />',
      );
      // The policy would not let them run.
      expect(response.text).not.toMatch(/<script>|\son\w+=/);
    },
  );

  it.each([
    '/docs/package.json',
    '/docs/swagger-ui-bundle.js.map',
    '/docs/swagger-ui.css.map',
    '/docs/index.html',
    '/docs/README.md',
    '/docs/oauth2-redirect.html',
    '/docs/../package.json',
    '/docs/%2e%2e%2fpackage.json',
    '/docs/%00',
    '/redoc/redoc.standalone.js.map',
  ])('do not need %s, so it is not served', async (path) => {
    const { status, body } = await ask(service, path);

    expect([status, body]).toEqual([404, expect.objectContaining({ code: 'not_found' })]);
  });

  it('are where the root leads to', async () => {
    const { status, headers } = await fetch(`${service.url}/`, { redirect: 'manual' });

    expect([status, headers.get('location')]).toEqual([302, '/docs']);
  });

  it('explain every code where the type of a problem document leads', async () => {
    const { body } = await ask(service, '/cards/999999999');
    const { type } = body as { type: string };
    const page = await (await fetch(new URL(type, service.url))).text();

    const sections = [...page.matchAll(/<section id="(\w+)">/g)].map(([, code]) => code);
    expect(type).toBe('/docs/errors#card_not_found');
    expect(sections.length).toBeGreaterThan(40);
    expect(openApi.components.schemas.Problem).toMatchObject({ properties: { code: { enum: sections } } });
    expect(page).toContain('<b>What to do:</b> Check the card_id.');
  });

  it.each(['/docs', '/docs/errors', '/redoc', '/openapi.json'])(
    '%s is there under the prefix too',
    async (path) => {
      expect((await fetch(`${service.url}/api/v1${path}`)).status).toBe(200);
    },
  );
});

function codesOf({ responses }: Operation, status: number): string[] {
  return Object.keys(responses[status]?.content?.['application/problem+json']?.examples ?? {});
}

function mediaOf(response: Operation['responses'][string] | undefined, type: string): MediaType {
  const media = response?.content?.[type];
  if (!media) throw new Error(`${type} is not declared`);
  return media;
}

function parametersOf({ parameters = [] }: Operation, place: Parameter['in']): Parameter[] {
  return parameters.filter((parameter) => parameter.in === place);
}

function exampleOf(operation: Operation, parameter: string): unknown {
  return parametersOf(operation, 'path').find(({ name }) => name === parameter)?.schema.example;
}

/** The members of a schema that neither have an example nor consist of members that do; a time is its format. */
function undescribedMembers(schema: Schema, path = ''): string[] {
  const { $ref, properties, items, anyOf, example, format, type } = schema as {
    $ref?: string;
    properties?: Record<string, Schema>;
    items?: Schema;
    anyOf?: Schema[];
    example?: unknown;
    format?: string;
    type?: string;
  };
  if (type === 'null' || example !== undefined || format === 'date-time') return [];
  if ($ref) return undescribedMembers(openApi.components.schemas[$ref.split('/').at(-1) ?? ''] ?? {}, path);
  if (items) return undescribedMembers(items, `${path}[]`);
  if (anyOf) return anyOf.flatMap((part) => undescribedMembers(part, path));
  if (!properties) return [path];
  return Object.entries(properties).flatMap(([name, property]) =>
    undescribedMembers(property, `${path}/${name}`),
  );
}

interface Time {
  /** Of the operation. */
  readonly name: string;
  readonly pointer: string;
  readonly format: 'date' | 'date-time';
}

/** Where a body or a query has a moment or a day. */
function timesOf({ paths, components }: OpenApi): Time[] {
  const inSchema = (schema: Schema | undefined, pointer: string): Omit<Time, 'name'>[] => {
    const {
      $ref,
      properties = {},
      items,
      format,
    } = (schema ?? {}) as {
      $ref?: string;
      properties?: Record<string, Schema>;
      items?: Schema;
      format?: string;
    };
    if ($ref) return inSchema(components.schemas[$ref.split('/').at(-1) ?? ''], pointer);
    if (format === 'date' || format === 'date-time') return [{ pointer, format }];
    if (items) return inSchema(items, `${pointer}/0`);
    return Object.entries(properties).flatMap(([member, property]) =>
      inSchema(property, `${pointer}/${member}`),
    );
  };
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, operation]) =>
      [
        ...parametersOf(operation, 'query').flatMap(({ name, schema }) => inSchema(schema, `/${name}`)),
        ...inSchema(operation.requestBody?.content['application/json']?.schema, ''),
      ].map((time) => ({ name: `${method.toUpperCase()} ${path}`, ...time })),
    ),
  );
}
