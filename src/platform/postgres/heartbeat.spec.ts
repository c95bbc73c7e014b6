import { Logger } from '@nestjs/common';
import { DatabaseAwayError } from '../../common/http/problem/service-errors';
import { Heartbeat } from './heartbeat';

const TIMEOUT_MS = 750;

describe(Heartbeat.name, () => {
  let heartbeat: Heartbeat;

  /** A question or a read without an answer yet. */
  const never = (): Promise<never> => new Promise(() => undefined);
  const ask = (question: () => Promise<unknown>): void =>
    void heartbeat.listen(question).catch(() => undefined);
  const failing = (code?: string) => (): Promise<never> =>
    Promise.reject(Object.assign(new Error('failed'), code && { code }));
  const read = (): Promise<string> => Promise.resolve('read');

  beforeEach(() => {
    jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
    jest.useFakeTimers();
    heartbeat = new Heartbeat(TIMEOUT_MS);
  });

  afterEach(() => {
    jest.restoreAllMocks();
    jest.useRealTimers();
  });

  it('gives up the reads that wait once the question has had no answer for too long, and refuses new ones', async () => {
    const waiting = heartbeat.during(never);
    ask(never);
    await Promise.all([
      expect(waiting).rejects.toBeInstanceOf(DatabaseAwayError),
      jest.advanceTimersByTimeAsync(TIMEOUT_MS),
    ]);

    const neverSent = jest.fn(read);
    await expect(heartbeat.during(neverSent)).rejects.toBeInstanceOf(DatabaseAwayError);
    expect(neverSent).not.toHaveBeenCalled();
  });

  it('leaves a read alone that takes long while the question is answered', async () => {
    const slow = heartbeat.during(
      () => new Promise((resolve) => setTimeout(() => resolve('slow'), 10 * TIMEOUT_MS)),
    );
    const asking = setInterval(() => ask(read), TIMEOUT_MS / 3);
    await jest.advanceTimersByTimeAsync(10 * TIMEOUT_MS);
    clearInterval(asking);

    expect(await slow).toBe('slow');
  });

  it('lets reads through again with the first answer', async () => {
    ask(never);
    await jest.advanceTimersByTimeAsync(TIMEOUT_MS);
    ask(read);
    await jest.advanceTimersByTimeAsync(0);

    expect(await heartbeat.during(read)).toBe('read');
  });

  it.each(['ECONNREFUSED', '57P03'])('takes %s for an answer: reads hear it themselves', async (code) => {
    ask(failing(code));
    await jest.advanceTimersByTimeAsync(2 * TIMEOUT_MS);

    expect(await heartbeat.during(read)).toBe('read');
  });

  it.each([undefined, 'ETIMEDOUT'])(
    'takes a timeout (%s) for none, and the next one as well',
    async (code) => {
      ask(failing(code));
      await jest.advanceTimersByTimeAsync(TIMEOUT_MS / 2);
      ask(failing(code));
      await jest.advanceTimersByTimeAsync(TIMEOUT_MS / 2);

      await expect(heartbeat.during(read)).rejects.toBeInstanceOf(DatabaseAwayError);
    },
  );

  it('blames nobody when this process stood still itself', async () => {
    ask(never);
    // The clock goes on, and no timer runs.
    const now = performance.now();
    jest.spyOn(performance, 'now').mockReturnValue(now + 10_000);
    await jest.advanceTimersByTimeAsync(TIMEOUT_MS);

    expect(await heartbeat.during(read)).toBe('read');
  });

  it('says whether the next question is answered as it should be', async () => {
    const first = heartbeat.next();
    ask(read);
    expect(await first).toBe(true);

    const second = heartbeat.next();
    ask(failing('ECONNREFUSED'));
    expect(await second).toBe(false);
  });

  it('passes on what a read and a question throw', async () => {
    await expect(heartbeat.during(failing('42P01'))).rejects.toMatchObject({ code: '42P01' });
    await expect(heartbeat.listen(failing('42P01'))).rejects.toMatchObject({ code: '42P01' });
  });
});
