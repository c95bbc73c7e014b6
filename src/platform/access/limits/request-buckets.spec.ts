import { CallerBuckets, RequestBuckets } from './request-buckets';

const MINUTE = 60_000;

describe(RequestBuckets.name, () => {
  let buckets: RequestBuckets;

  beforeEach(() => {
    jest.useFakeTimers();
    buckets = new RequestBuckets(3);
  });

  afterEach(() => {
    jest.restoreAllMocks();
    jest.useRealTimers();
  });

  /** How many of so many requests at once are let through. */
  const burst = (times: number, most: number, caller = 'a'): number =>
    Array.from({ length: times }, () => buckets.take(caller, most)).filter(({ isExceeded }) => !isExceeded)
      .length;

  it.each([1, 3, 7, 60, 1_000, 59_999])('lets %i a minute through at once, and no more', (most) => {
    expect(burst(most + 5, most)).toBe(most);
  });

  it('lets a whole minute through at once whatever the clock says, and fractions with it', () => {
    jest.spyOn(performance, 'now').mockReturnValue(123_456.789);
    for (let most = 1; most <= 500; most += 1)
      expect([most, burst(most + 1, most, `a${most}`)]).toEqual([most, most]);
  });

  it('lets one more through whenever its share of the minute is over', () => {
    burst(7, 6);
    jest.advanceTimersByTime(9_999);
    expect(burst(1, 6)).toBe(0);
    jest.advanceTimersByTime(1);
    expect(burst(2, 6)).toBe(1);
    jest.advanceTimersByTime(25_000);
    expect(burst(5, 6)).toBe(2);
    jest.advanceTimersByTime(10 * MINUTE);
    expect(burst(20, 6)).toBe(6);
  });

  it('never refuses who comes evenly, and lets through nothing beyond that over a long time', () => {
    expect(burst(100, 100)).toBe(100);
    let passed = 0;
    for (let second = 0; second < 600; second += 1) {
      jest.advanceTimersByTime(1_000);
      passed += burst(10, 100);
    }
    expect(passed).toBe(1_000);
  });

  it('says what is left, and when there is more', () => {
    expect(buckets.take('a', 6)).toMatchObject({ isExceeded: false, most: 6, remaining: 5 });
    burst(4, 6);
    const last = buckets.take('a', 6);
    expect([last.remaining, Math.round(last.moreInMs)]).toEqual([0, 10_000]);
    jest.advanceTimersByTime(4_000);
    const refused = buckets.take('a', 6);
    expect([refused.isExceeded, refused.remaining, Math.round(refused.moreInMs)]).toEqual([true, 0, 6_000]);
  });

  it('does not make who is refused wait longer', () => {
    burst(1_000, 6);
    jest.advanceTimersByTime(10_000);
    expect(burst(1, 6)).toBe(1);
  });

  it('counts each caller alone, and forgets who has asked least recently', () => {
    burst(1, 1, 'a');
    expect([burst(1, 1, 'b'), burst(1, 1, 'a')]).toEqual([1, 0]);
    burst(1, 1, 'c');
    burst(1, 1, 'd');
    expect([burst(1, 1, 'a'), burst(1, 1, 'd')]).toEqual([0, 0]);
    expect(burst(1, 1, 'b')).toBe(1);
  });
});

describe(CallerBuckets.name, () => {
  it('forgets no key, however many addresses ask', () => {
    const buckets = new CallerBuckets(3);
    const take = (name: string, isKnown: boolean) => buckets.take({ name, isKnown }, 1).isExceeded;
    expect(take('a', true)).toBe(false);
    for (let index = 0; index < 10; index += 1) expect(take(`address ${index}`, false)).toBe(false);

    expect(take('a', true)).toBe(true);
    // An address may have the same name as a key.
    expect(take('a', false)).toBe(false);
  });
});
