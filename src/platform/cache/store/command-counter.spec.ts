import { CommandCounter } from './command-counter';

describe(CommandCounter.name, () => {
  let now: number;
  let counter: CommandCounter;

  beforeEach(() => {
    now = 5_000;
    counter = new CommandCounter(() => now);
  });

  it('counts the last whole second', () => {
    for (const at of [5_000, 5_400, 5_999, 6_000]) {
      now = at;
      counter.count();
    }

    expect(counter.perSecond).toBe(3);
    now = 7_000;
    expect(counter.perSecond).toBe(1);
    expect(counter.total).toBe(4);
  });

  it('is 0 per second when the last whole second had no command', () => {
    counter.count();
    now = 7_000;

    expect(counter.perSecond).toBe(0);
    expect(counter.total).toBe(1);
  });
});
