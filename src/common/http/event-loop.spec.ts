import { EventLoop } from './event-loop';

const MAX_DELAY_MS = 1_000;

describe(EventLoop.name, () => {
  let loop: EventLoop;

  beforeEach(() => {
    jest.useFakeTimers();
    loop = new EventLoop(MAX_DELAY_MS);
    loop.start();
  });

  afterEach(() => {
    loop.stop();
    jest.restoreAllMocks();
    jest.useRealTimers();
  });

  /** The clock goes on, and no timer runs. */
  function block(milliseconds: number): void {
    const now = performance.now();
    jest.spyOn(performance, 'now').mockImplementation(() => now + milliseconds);
  }

  it('is not late while its timers run in time', () => {
    jest.advanceTimersByTime(60_000);

    expect(loop.isLate).toBe(false);
  });

  it('is late before the first timer after a long block runs, and no longer once one runs in time', () => {
    block(MAX_DELAY_MS + 200);
    expect(loop.isLate).toBe(true);

    jest.advanceTimersToNextTimer();
    expect(loop.isLate).toBe(true);

    jest.advanceTimersToNextTimer();
    expect(loop.isLate).toBe(false);
  });

  it('may be a little late', () => {
    block(MAX_DELAY_MS);

    expect(loop.isLate).toBe(false);
  });

  it('is never late once it is not watched any more', () => {
    loop.stop();
    block(60_000);

    expect(loop.isLate).toBe(false);
  });
});
