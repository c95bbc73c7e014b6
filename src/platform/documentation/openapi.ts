import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { FIRST_DAY, FIRST_MOMENT, LAST_DAY, LAST_MOMENT } from '../../common/time/moment';
import { version } from '../../common/program/version';
import { KEY_SCHEME } from '../access/requires.decorator';
import { completeDocument } from './complete-document';

const DESCRIPTION = `The open back office of a transit card: riders, cards, recharges, trips, stations, routes, revenue.

Money is a whole number of the currency's unit (COP: pesos). Times are RFC 3339 in UTC. A time in a request must be from
${FIRST_MOMENT} to ${LAST_MOMENT}, and a day from ${FIRST_DAY} to ${LAST_DAY}.

Errors are problem documents (RFC 9457) with a stable \`code\`. A request that is refused with 4xx changes nothing. Every
POST that moves money takes an \`Idempotency-Key\`: after a 5xx, or when no response arrives, send it again with its key.

On an operation, \`x-cached-as\` names the cache key of its answer, and \`x-evicts\` the keys of the answers that it makes
stale. The response header \`X-Cache\` says where an answer came from: HIT (the cache), MISS (the database; it is cached
now), BYPASS (the database; it was not cached) or STALE (the cache, while the database is away).

With \`AUTH=required\` an operation needs a key whose role has the scope that the operation names. Without one it is 401,
with another 403, and what belongs to another rider is 404 to a rider, as what does not exist.

While the service stops, requests are refused with 503 \`service_stopping\`; when it has more than it can answer in time,
with 503 \`overloaded\`. Both have \`Retry-After\`. A request that is not valid HTTP is refused with 400
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
    .addServer('/api/v1', 'the same under the prefix');
  for (const [name, description] of TAGS) base.addTag(name, description);
  const document = SwaggerModule.createDocument(app, base.build(), {
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}.${method}`,
  });
  // What names no scope of its own is public.
  return completeDocument({ ...document, security: [] });
}

const KEY_DESCRIPTION =
  'A key, as `npm run keys` or `POST /keys` prints it: `trk_` and 58 more characters. The first one is written to ' +
  '`DATA_DIR/admin.key` when the service is first started. With `AUTH=open` or `AUTH=trusted-network` no key is needed.';

const TAGS: readonly [name: string, description: string][] = [
  ['recharges', 'Put money onto a card, and take it back.'],
  ['cards', 'Cards, their balances and their statements.'],
  ['trips', 'Boarding, alighting, and totals of trips.'],
  ['finance', 'Revenue from fares and recharges.'],
  ['users', 'Riders.'],
  ['stations', 'Stations, their arrivals and their alerts.'],
  ['routes', 'Routes, their stops, and where their vehicles are.'],
  ['control centre', 'What a control centre sends: alerts, arrivals, positions of vehicles.'],
  ['network', 'Localities, recharge points, concessionaires, depots, vehicles, drivers.'],
  ['fares', 'Fare rules, and what a boarding costs and why.'],
  ['keys', 'Who may call, and what.'],
  ['cache', 'Statistics and upkeep of the cache, for operators.'],
  ['health', 'Checks for people and orchestrators.'],
];

/** The document at /openapi.json; the pages that show it are the controller's. */
export function serveDocumentation(app: INestApplication): void {
  SwaggerModule.setup('openapi', app, () => describeApi(app), {
    ui: false,
    raw: ['json'],
    jsonDocumentUrl: 'openapi.json',
  });
}
