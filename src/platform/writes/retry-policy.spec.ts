import { RequestInProgressError } from '../../common/http/problem/request-errors';
import { DatabaseBusyError } from '../../common/http/problem/service-errors';
import { EpochTooYoungError, MarkFailedError } from '../cache/protocol/marks';
import { KeyInUseError } from './idempotency-keys';
import { RetryPolicy } from './retry-policy';

const KEY_WAIT_MS = 5_000;
const LONG_MS = 60_000;

const databaseError = (code: string, constraint?: string): Error =>
  Object.assign(new Error(code), { code, constraint });
const twin = databaseError('23505', 'facts_pkey');

let nowMs = 0;
const aPolicy = (retriedConstraint?: string): RetryPolicy =>
  new RetryPolicy(KEY_WAIT_MS, retriedConstraint, () => nowMs);
const aRetry = { retryAfterMs: expect.any(Number) as number };

beforeEach(() => {
  nowMs = 0;
});

describe(RetryPolicy.name, () => {
  it('gives up with the error itself when another attempt would end the same way', () => {
    const defect = new Error('defect');

    expect(aPolicy().after(defect)).toEqual({ giveUpWith: defect });
  });

  it.each(['40001', '40P01', '0A000'])(
    'allows five attempts that end with %s, however long they take',
    (code) => {
      const policy = aPolicy();
      const error = databaseError(code);
      nowMs = LONG_MS;

      for (let attempt = 1; attempt < 5; attempt += 1) expect(policy.after(error)).toEqual(aRetry);
      expect(policy.after(error)).toEqual({ giveUpWith: error });
    },
  );

  it('retries after the unique violation that the write has named, and after no other', () => {
    expect(aPolicy('facts_pkey').after(twin)).toEqual(aRetry);
    expect(aPolicy('others_pkey').after(twin)).toEqual({ giveUpWith: twin });
    expect(aPolicy().after(twin)).toEqual({ giveUpWith: twin });
    const nameless = databaseError('23505');
    expect(aPolicy().after(nameless)).toEqual({ giveUpWith: nameless });
  });

  it('waits for the key as long as is configured, and does not count that as failures', () => {
    const policy = aPolicy();
    for (let poll = 0; poll < 20; poll += 1) expect(policy.after(new KeyInUseError())).toEqual(aRetry);
    nowMs = KEY_WAIT_MS;

    expect(policy.after(databaseError('40P01'))).toEqual(aRetry);
    expect(policy.after(new KeyInUseError())).toEqual({ giveUpWith: new RequestInProgressError() });
  });

  it('waits for the epoch until it is old enough, and for ten seconds at most', () => {
    const policy = aPolicy();

    expect(policy.after(new EpochTooYoungError(750))).toEqual({ retryAfterMs: 750 });
    expect(policy.after(new MarkFailedError())).toEqual({ retryAfterMs: 0 });
    nowMs = 10_001;
    expect(policy.after(new EpochTooYoungError(750))).toEqual({ giveUpWith: new DatabaseBusyError() });
    expect(policy.after(new MarkFailedError())).toEqual({ giveUpWith: new DatabaseBusyError() });
  });

  it('waits longer each time, up to 150 ms', () => {
    const policy = aPolicy();
    const waits = Array.from({ length: 20 }, () => policy.after(new KeyInUseError()));
    const waitMs = waits.map((verdict) => ('retryAfterMs' in verdict ? verdict.retryAfterMs : Infinity));

    expect(waitMs[0]).toBeLessThanOrEqual(15);
    expect(Math.min(...waitMs.slice(10))).toBeGreaterThanOrEqual(50);
    expect(Math.max(...waitMs)).toBeLessThanOrEqual(150);
  });
});
