import { type Answer, decode, encode, toStored } from './stored-answer';

const MADE_AT = 1_769_000_000_000;

const stored = (answer: Answer) => toStored(answer, MADE_AT, 12, 300_000);

describe('a stored answer', () => {
  it.each<Answer>([
    { status: 200, body: '{"card_id":1,"balance":20000}' },
    { status: 200, body: '{"name":"Bogotá 🚌","text":"a\\n\\"b\\""}' },
    { status: 200, body: '' },
    { status: 200, body: '\n\n200 "x" 1 2 3\n' },
    { status: 204, body: '' },
    { status: 404, body: '["card","abc"]' },
  ])('is the same after it was encoded and decoded: %j', (answer) => {
    const made = stored(answer);

    expect(decode(encode(made))).toEqual(made);
    expect(made).toMatchObject({ ...answer, madeAt: MADE_AT, loadTime: 12, timeToLive: 300_000 });
  });

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
  ])('is not what somebody else wrote: %j', (text) => {
    expect(decode(text)).toBeUndefined();
  });

  it('has a strong ETag of its body alone', () => {
    const [one, same, other] = ['{"a":1}', '{"a":1}', '{"a":2}'].map((body) => stored({ status: 200, body }));
    const later = toStored({ status: 200, body: '{"a":1}' }, MADE_AT + 1, 13, 1);

    expect(one?.etag).toMatch(/^"[\w-]{22}"$/);
    expect(same?.etag).toBe(one?.etag);
    expect(later.etag).toBe(one?.etag);
    expect(other?.etag).not.toBe(one?.etag);
  });
});
