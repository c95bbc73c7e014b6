import { Heartbeat } from '../../postgres/heartbeat';
import { MemoryConnection } from '../store/memory-session';
import { EPOCH_WAIT, EpochWatch } from './epoch-watch';

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

  it('keeps a write waiting from the first time that an epoch is heard of', () => {
    expect(watch.receive('life', '7')).toBe(EPOCH_WAIT);
    now += 1_000;
    expect(watch.receive('life', '7')).toBe(EPOCH_WAIT - 1_000);
    now += EPOCH_WAIT;
    expect(watch.receive('life', '7')).toBeLessThan(0);
  });

  it('begins anew with another epoch', () => {
    watch.receive('life', '7');
    now += EPOCH_WAIT;

    expect(watch.receive('life', '8')).toBe(EPOCH_WAIT);
  });

  it('begins anew when the database was restarted: somebody may trust a look from before', () => {
    watch.receive('life', '7');
    now += EPOCH_WAIT;

    expect(watch.receive('another life', '7')).toBe(EPOCH_WAIT);
  });

  it('trusts nothing before it has looked', () => {
    expect(watch.trust()).toBeNull();
    expect(watch.place()).toBeNull();
  });
});
