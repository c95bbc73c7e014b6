import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { FIRST_DAY, FIRST_MOMENT, LAST_DAY, LAST_MOMENT } from '../../common/time/moment';
import { Problem } from '../../common/http/problem/problem.dto';
import { version } from '../../common/program/version';
import { KEY_SCHEME } from '../access/requires.decorator';
import { completeDocument } from './complete-document';

const DESCRIPTION = `The open back office of a transit card: riders, cards, recharges, trips, stations, routes and revenue.

Money is a whole number of the currency's unit; with COP, that is pesos. Times in responses are in UTC, in the form of ISO
8601 and RFC 3339, such as \`2026-01-14T12:00:00.000Z\`. A time in a request needs its offset from UTC and must be from
${FIRST_MOMENT} to ${LAST_MOMENT}; a day is YYYY-MM-DD, from ${FIRST_DAY} to ${LAST_DAY}.

Errors are problem documents (RFC 9457) with a \`code\` that never changes; [/docs/errors](/docs/errors) says what each code
means and what to do. A request that is refused with 4xx changes nothing. Every POST that moves money or announces a fare rule
takes an \`Idempotency-Key\`: after a 5xx, or if no response arrives, send the same request again with the same key.

On an operation, \`x-cached-as\` names the cache key of its response, and \`x-evicts\` names the keys of the responses that
it makes stale. The response header \`X-Cache\` says where a response came from: HIT (the cache), MISS (the database; it is
cached now), BYPASS (the database; it was not cached) or STALE (the cache, while the database is away).

With \`AUTH=required\` an operation needs a key, or an access token of OpenID Connect, whose role has the scope that the
operation names. Without either it is refused with 401, and with that of another role with 403. To a rider, what belongs to another rider is 404, as if it did not exist.

Who asks for too much within a minute is refused with 429 \`too_many_requests\`; \`Retry-After\` says how long to wait.

While the service stops, requests are refused with 503 \`service_stopping\`. If it has more requests than it can serve in
time, some are refused with 503 \`overloaded\`. Both have the header \`Retry-After\`. A request that is not valid HTTP is refused with 400
\`malformed_request\` or \`invalid_host\`, 405, 408 \`request_timeout\`, 417 or 431.`;

/** The OpenAPI 3.1 document of the application. */
export function describeApi(app: INestApplication): OpenAPIObject {
  const base = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Travel Recharge')
    .setDescription(DESCRIPTION)
    .setVersion(version)
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: KEY_DESCRIPTION }, KEY_SCHEME)
    .addServer('/', 'plain paths')
    .addServer('/api/v1', 'the same paths under the prefix');
  for (const [name, description] of TAGS) base.addTag(name, description);
  const document = SwaggerModule.createDocument(app, base.build(), {
    extraModels: [Problem],
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}.${method}`,
  });
  // An operation that names no scope is public.
  return completeDocument({ ...document, security: [] });
}

const KEY_DESCRIPTION =
  'A key, as `npm run keys` or `POST /keys` prints it: `trk_` and 58 more characters. The first one is written to ' +
  '`DATA_DIR/admin.key` when the service is first started. Where `OIDC_ISSUER` is set, a JWT access token of that issuer ' +
  'does as well: paste it here. With `AUTH=open` or `AUTH=trusted-network` no key is needed.';

const TAGS: readonly [name: string, description: string][] = [
  ['search', 'One search for all that a desk can type.'],
  ['recharges', 'Pay money onto a card, and reverse a recharge.'],
  ['cards', 'Cards, their balances and their statements.'],
  ['trips', 'Boarding, alighting, and totals of trips.'],
  ['finance', 'Revenue from fares and recharges.'],
  ['activity', 'What happens now, and happened in the last days, minute by minute.'],
  ['users', 'Riders: register, find and count them.'],
  ['stations', 'Stations, their arrivals and their alerts.'],
  ['routes', 'Routes, their stops, and the positions of their vehicles.'],
  ['control centre', 'For control centres: alerts, arrivals and positions of vehicles.'],
  ['validators', 'For validators: the cards that they must refuse, and the money that they load onto cards.'],
  ['network', 'Localities, recharge points, concessionaires, depots, vehicles and drivers.'],
  ['fares', 'Fare rules, what a boarding costs, and why.'],
  ['keys', 'Who may call, and what.'],
  ['audit', 'Who changed what, who was refused, and who read personal data.'],
  ['cache', 'For operators: statistics and maintenance of the cache.'],
  ['operations', 'For operators: proofs of the books, and the processes that serve.'],
  ['health', 'Health checks for people and orchestrators.'],
];

/** Serves the document at /openapi.json. The controller serves the pages that show it. */
export function serveDocumentation(app: INestApplication): void {
  SwaggerModule.setup('openapi', app, () => describeApi(app), {
    ui: false,
    raw: ['json'],
    jsonDocumentUrl: 'openapi.json',
  });
}
