import { DatabaseAwayError } from '../../common/http/problem/service-errors';
import { PrimaryInForce } from './primary-in-force';

const [FIRST, RESTARTED, PROMOTED] = ['00000001/1000', '00000001/2000', '00000002/1000'];
const FOR_EVER = Infinity;

describe(PrimaryInForce.name, () => {
  let primary: PrimaryInForce;
  let left: string[];

  beforeEach(() => {
    jest.useFakeTimers();
    left = [];
    primary = new PrimaryInForce((incarnation) => left.push(incarnation));
    primary.note(FIRST, FOR_EVER);
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('lets reads pass at once while the server stays the same, or was only restarted', () => {
    primary.note(FIRST, FOR_EVER);
    expect(primary.mayRead).toBe(true);
    primary.note(RESTARTED, FOR_EVER);
    expect(primary.mayRead).toBe(true);

    expect(left).toEqual([FIRST, RESTARTED]);
  });

  it('lets reads of a promoted server wait until nobody reads from the old one', async () => {
    primary.note(PROMOTED, FOR_EVER);
    expect(left).toEqual([FIRST, PROMOTED]);
    expect(primary.mayRead).toBe(false);
    let mayRead = false;
    const waiting = primary.untilMayRead().then(() => (mayRead = true));

    await jest.advanceTimersByTimeAsync(1_000);
    // Further readings of the same server do not shorten it.
    primary.note(PROMOTED, FOR_EVER);
    await jest.advanceTimersByTimeAsync(249);
    expect(mayRead).toBe(false);
    await jest.advanceTimersByTimeAsync(1);
    await waiting;
  });

  it('lets no read pass when the last reading is too old, until the next', async () => {
    primary.note(FIRST, performance.now() + 500);
    await jest.advanceTimersByTimeAsync(500);
    expect(primary.mayRead).toBe(false);
    const waiting = primary.untilMayRead();

    primary.note(FIRST, performance.now() + 500);
    await waiting;
  });

  it('refuses who has waited for a reading in vain', async () => {
    primary.note(FIRST, performance.now());
    const refused = expect(primary.untilMayRead()).rejects.toBeInstanceOf(DatabaseAwayError);

    await jest.advanceTimersByTimeAsync(5_000);
    await refused;
  });
});
