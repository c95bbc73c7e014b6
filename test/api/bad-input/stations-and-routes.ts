import { PAGE_QUERIES } from './pages';
import { invalidQueries, LONG, notFound, type Refusals } from './refusal';
import { CODE_IN_PATH } from './there';

const NO_SWITCHES = ['active_only=1', 'active_only=TRUE', 'active_only=true&active_only=false'];

export const stationsAndRoutes: Refusals = {
  'GET /stations': invalidQueries(
    [
      ...PAGE_QUERIES,
      'name=%E2%80%AE',
      'name=a%1Bb',
      'name=%CC%81',
      'locality=%20',
      'locality=a%E2%81%A6b',
      'locality=%EF%BF%BD',
      `name=${'x'.repeat(101)}`,
      `locality=${'x'.repeat(256)}`,
    ],
    () => '/stations',
  ),

  'GET /stations/{code}/details': notFound('station', [
    "/stations/'%20OR%201=1--/details",
    `/stations/${LONG}/details`,
    `/stations/${'x'.repeat(5_000)}/details`,
    '/stations/a%2Fb/details',
    '/stations/%E2%80%8B/details',
    `/stations/${CODE_IN_PATH}%E2%80%AE/details`,
    `/stations/${CODE_IN_PATH}%EF%BF%BD/details`,
  ]),

  'GET /stations/{code}/realtime-arrivals': notFound('station', [
    `/stations/${CODE_IN_PATH}%00/realtime-arrivals`,
  ]),

  'GET /stations/{station_id}/arrivals': notFound('station', ['/stations/999/arrivals']),

  'GET /stations/{station_id}/alerts': [
    ...notFound('station', ['/stations/0/alerts']),
    ...invalidQueries(NO_SWITCHES, ({ station }) => `/stations/${station}/alerts`),
  ],

  'GET /system/alerts': invalidQueries(NO_SWITCHES, () => '/system/alerts'),

  'GET /routes/{code}/details': notFound('route', ['/routes/%00/details']),
};
