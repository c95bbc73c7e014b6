import {
  type CacheableResponse,
  decode,
  encode,
  isSameResponse,
  type StoredResponse,
  toStoredResponse,
} from './stored-response';

const TIMES = { createdAt: 1_769_000_000_000, loadMs: 12, ttlMs: 300_000 };

const stored = (response: CacheableResponse): StoredResponse => toStoredResponse(response, TIMES);

const responses: readonly CacheableResponse[] = [
  { status: 200, body: '{"card_id":1,"balance":20000}' },
  { status: 200, body: '{"name":"Bogotá 🚌","text":"a\\n\\"b\\""}' },
  { status: 200, body: '' },
  { status: 200, body: '\n\n200 "x" 1 2 3\n' },
  { status: 200, body: '["card","abc"]' },
  { status: 204 },
  { status: 404, resource: 'card', id: 'abc' },
  { status: 404, resource: 'recharge_point', id: '"],[\n\\ 🚌' },
  { status: 404, resource: 'station', id: '' },
];

describe('a stored response', () => {
  it.each(responses.map((response) => ({ response })))(
    'is the same after encode and decode: %j',
    ({ response }) => {
      const before = stored(response);

      expect(decode(encode(before))).toEqual(before);
      expect(before).toMatchObject({ response, ...TIMES });
    },
  );

  it.each([
    '',
    '\n',
    'not ours',
    '{"status":200,"body":"x"}',
    '200 "x" 1 2 3',
    '200 "x" 1 2\n{}',
    '200 "x" 1 2 3 4\n{}',
    '200 x 1 2 3\n{}',
    '500 "x" 1 2 3\n{}',
    '200 "x" then 2 3\n{}',
    ' 200 "x" 1 2 3\n{}',
    '404 "x" 1 2 3\n',
    '404 "x" 1 2 3\n{"resource":"card","id":"1"}',
    '404 "x" 1 2 3\n["card",1]',
    '404 "x" 1 2 3\n["card","1","2"]',
    '404 "x" 1 2 3\n["card","1"',
    '404 "x" 1 2 3\n["dragon","1"]',
    '404 "x" 1 2 3\n["constructor","1"]',
  ])('is not a text that another program wrote: %j', (text) => {
    expect(decode(text)).toBeUndefined();
  });

  it('has a strong ETag that depends on its content alone', () => {
    const [one, same, other] = ['{"a":1}', '{"a":1}', '{"a":2}'].map((body) => stored({ status: 200, body }));
    const later = toStoredResponse({ status: 200, body: '{"a":1}' }, { createdAt: 1, loadMs: 13, ttlMs: 1 });

    expect(one?.etag).toMatch(/^"[\w-]{22}"$/);
    expect(same?.etag).toBe(one?.etag);
    expect(later.etag).toBe(one?.etag);
    expect(other?.etag).not.toBe(one?.etag);
  });

  it('equals a response of the same status and content, and no other', () => {
    for (const [index, one] of responses.entries()) {
      expect(responses.map((other) => isSameResponse(one, { ...other }))).toEqual(
        responses.map((_, position) => position === index),
      );
    }
  });
});
