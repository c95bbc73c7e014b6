import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { FIRST_DAY, FIRST_MOMENT, LAST_DAY, LAST_MOMENT } from '../../common/time/moment';
import { version } from '../../common/program/version';
import { completeDocument } from './complete-document';

const DESCRIPTION = `The open back office of a transit card: riders, cards, recharges, trips, stations, routes, revenue.

Money is a whole number of the currency's unit (COP: pesos). Times are RFC 3339 in UTC; those that a request may give are
from ${FIRST_MOMENT} to ${LAST_MOMENT}, days from ${FIRST_DAY} to ${LAST_DAY}. Errors are problem documents
(RFC 9457) with a stable \`code\`. Every POST that moves money takes an \`Idempotency-Key\`, which makes a retry
harmless. \`x-cached-as\` and \`x-evicts\` on an operation name its keys in the cache; \`X-Cache\` says HIT or MISS.
A service that is stopping answers whatever still comes in with 503 \`service_stopping\` and \`Retry-After\`; one that has
more to do than it can do in time with 503 \`overloaded\`. Any request may be answered 400 \`malformed_request\` or
\`invalid_host\`, 405, 408 \`request_timeout\`, 417 or 431 for what it is as HTTP.`;

/** The OpenAPI 3.1 document of the application. */
export function describeApi(app: INestApplication): OpenAPIObject {
  const base = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Travel Recharge')
    .setDescription(DESCRIPTION)
    .setVersion(version)
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer('/', 'plain paths')
    .addServer('/api/v1', 'the same under the prefix');
  for (const [name, description] of TAGS) base.addTag(name, description);
  const document = SwaggerModule.createDocument(app, base.build(), {
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}.${method}`,
  });
  // Nobody is asked who they are: a proxy or a private network is in front.
  return completeDocument({ ...document, security: [] });
}

const TAGS: readonly [name: string, description: string][] = [
  ['recharges', 'Money onto a card, and back off it.'],
  ['cards', 'Cards, balances, statements.'],
  ['trips', 'Boarding, alighting, totals.'],
  ['finance', 'Revenue.'],
  ['users', 'Riders.'],
  ['stations', 'Stations, arrivals, alerts.'],
  ['routes', 'Routes, stops, positions.'],
  ['control centre', 'What is going on: alerts, arrivals, positions, as they are sent.'],
  ['network', 'Localities, recharge points, concessionaires, depots, vehicles, drivers.'],
  ['fares', 'What a boarding costs, and why.'],
  ['cache', 'The cache, seen from outside.'],
  ['health', 'For people and orchestrators.'],
];

/** The document at /openapi.json; the pages that show it are the controller's. */
export function serveDocumentation(app: INestApplication): void {
  SwaggerModule.setup('openapi', app, () => describeApi(app), {
    ui: false,
    raw: ['json'],
    jsonDocumentUrl: 'openapi.json',
  });
}
