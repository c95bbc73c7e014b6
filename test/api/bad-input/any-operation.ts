import { refused, type Refusal, type Refusals } from './refusal';
import type { There } from './there';

const recharge = ({ card }: There): object => ({ card_id: card, amount: 5_000 });

/** A body of a recharge as it is sent, of this type. */
function body(
  what: string,
  text: string | ((card: number) => string),
  status: number,
  code: string,
  type = 'application/json',
): Refusal {
  return refused(
    `a body that is ${what}`,
    ({ card }) => ({
      text: typeof text === 'string' ? text : text(card),
      headers: { 'content-type': type },
    }),
    status,
    code,
  );
}

const NO_KEYS = ['', '""', 'a b', '"a b"', 'k'.repeat(256), 'clé', 'a\tb'];

function underKeys(request: (there: There) => object): Refusal[] {
  return NO_KEYS.map((key) =>
    refused(
      `the Idempotency-Key ${JSON.stringify(key.slice(0, 20))}`,
      (there) => ({ body: request(there), headers: { 'idempotency-key': key } }),
      400,
      'malformed_header',
    ),
  );
}

/** What is refused of every operation that takes a body; a recharge stands for all. */
export const bodies: Refusals = {
  'POST /recharges': [
    body('not JSON', (card) => `{"card_id":${card},`, 400, 'malformed_request'),
    body('JavaScript, not JSON', (card) => `{card_id:${card},amount:1000}`, 400, 'malformed_request'),
    body('NaN', (card) => `{"card_id":${card},"amount":NaN}`, 400, 'malformed_request'),
    body('empty', '', 400, 'malformed_request'),
    body('an array', '[]', 422, 'invalid_value'),
    body('an array of recharges', (card) => `[{"card_id":${card},"amount":5000}]`, 422, 'invalid_value'),
    body('a string', '"x"', 422, 'invalid_value'),
    body('a number', '1', 422, 'invalid_value'),
    body('true', 'true', 422, 'invalid_value'),
    body('null', 'null', 422, 'invalid_value'),
    body(
      'an integer beyond 2^53',
      (card) => `{"card_id":${card},"amount":9007199254740993}`,
      422,
      'invalid_value',
    ),
    body(
      'an integer beyond every number',
      (card) => `{"card_id":${card},"amount":1e999}`,
      422,
      'invalid_value',
    ),
    body(
      'a prototype',
      (card) => `{"card_id":${card},"amount":5000,"__proto__":{"amount":1}}`,
      422,
      'invalid_value',
    ),
    body(
      'a prototype of a constructor',
      (card) => `{"card_id":${card},"amount":5000,"constructor":{"prototype":{}}}`,
      422,
      'invalid_value',
    ),
    body('a member twice', (card) => `{"card_id":${card},"amount":5000,"amount":6000}`, 422, 'invalid_value'),
    body(
      'a member twice, written differently',
      (card) => `{"card_id":2,"card\\u005fid":${card},"amount":5000}`,
      422,
      'invalid_value',
    ),
    body(
      'a fraction that a number can not keep',
      (card) => `{"card_id":${card},"amount":5000.00000000000000001}`,
      422,
      'invalid_value',
    ),
    body(
      'larger than 16 KiB',
      (card) => `{"card_id":${card},"amount":5000,"x":"${'x'.repeat(16_384)}"}`,
      413,
      'body_too_large',
    ),
    body('a list of too much', `[${'{},'.repeat(200)}{}]`, 422, 'invalid_value'),
    body('text', 'card_id=1', 415, 'unsupported_media_type', 'text/plain'),
    body('XML', '<recharge/>', 415, 'unsupported_media_type', 'application/xml'),
    body(
      'a form',
      'card_id=1&amount=5000',
      415,
      'unsupported_media_type',
      'application/x-www-form-urlencoded',
    ),
    body('a form of parts', '--x--', 415, 'unsupported_media_type', 'multipart/form-data; boundary=x'),
    refused('no body', () => ({}), 422, 'invalid_value'),
  ],
};

export const idempotencyKeys: Refusals = {
  'POST /recharges': underKeys(recharge),
  'POST /trips/complete': underKeys(({ card, line }) => ({ ...line.ride, card_id: card })),
};

/** What no operation answers, and what no path may be. */
export const paths: Refusals = {
  'GET of no operation': [
    '/nope',
    '/api/v2/cards/1',
    '/api/v1/nope',
    '/cards/1/balance/extra',
    '//cards/1',
    '/api/v1/api/v1/cards/1',
    '/.env',
  ].map((path) => refused(path, () => ({ path }), 404, 'not_found')),

  'GET of a malformed path': [
    '/cards/%',
    '/cards/%zz',
    '/stations/%E0%A4%A/details',
    '/cards/%FF/balance',
  ].map((path) => refused(path, () => ({ path }), 400, 'malformed_request')),

  'DELETE /cache/key/{key}': ['nope', 'x'.repeat(5_000)].map((key) =>
    refused(key.slice(0, 20), () => ({ path: `/cache/key/${key}` }), 404, 'cache_key_not_found'),
  ),
};
