import { Heartbeat } from '../../postgres/heartbeat';
import { MemoryConnection } from '../store/memory-session';
import type { Trust } from './cache-location';
import { EPOCH_WAIT_MS, EpochWatch } from './epoch-watch';

describe(EpochWatch.name, () => {
  let now = 0;
  let watch: EpochWatch;

  beforeEach(() => {
    now = 10_000;
    jest.spyOn(performance, 'now').mockImplementation(() => now);
    watch = new EpochWatch('postgres://nowhere', new MemoryConnection(), new Heartbeat(1_000));
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('makes a write wait from the first time that the instance sees an epoch', () => {
    expect(watch.noteEpoch('incarnation', '7')).toBe(EPOCH_WAIT_MS);
    now += 1_000;
    expect(watch.noteEpoch('incarnation', '7')).toBe(EPOCH_WAIT_MS - 1_000);
    now += EPOCH_WAIT_MS;
    expect(watch.noteEpoch('incarnation', '7')).toBeLessThan(0);
  });

  it('makes it wait anew with another epoch', () => {
    watch.noteEpoch('incarnation', '7');
    now += EPOCH_WAIT_MS;

    expect(watch.noteEpoch('incarnation', '8')).toBe(EPOCH_WAIT_MS);
  });

  it('makes it wait anew after a restart of the database, because some process may trust a reading from before', () => {
    watch.noteEpoch('incarnation', '7');
    now += EPOCH_WAIT_MS;

    expect(watch.noteEpoch('another incarnation', '7')).toBe(EPOCH_WAIT_MS);
  });

  it('trusts nothing before the first reading', () => {
    expect(watch.trust()).toBeNull();
    expect(watch.location()).toBeNull();
  });

  it('says where responses are stored, which is no permission to use them', () => {
    // @ts-expect-error A location is not trusted: `npm run typecheck` fails when this compiles.
    const trust: Trust | null = watch.location();

    expect(trust).toBeNull();
  });
});
