import { Logger } from '@nestjs/common';
import type { PoolClient } from 'pg';
import { CommitsUnansweredError } from '../../common/http/problem/service-errors';
import { UnansweredCommits } from './unanswered-commits';

const LONG_MS = 60_000;

describe(UnansweredCommits.name, () => {
  let commits: UnansweredCommits;

  beforeEach(() => {
    for (const level of ['log', 'error'] as const) jest.spyOn(Logger.prototype, level).mockReturnValue();
    jest.useFakeTimers();
    commits = new UnansweredCommits(2);
  });

  afterEach(() => {
    jest.restoreAllMocks();
    jest.useRealTimers();
  });

  /** A commit, by default one that the server works on. */
  function add(isInProgress = (): Promise<boolean> => Promise.resolve(true)): {
    answer: () => void;
    isCut: () => boolean;
  } {
    const destroy = jest.fn();
    const client = { end: () => Promise.resolve(), connection: { stream: { destroy } } };
    let answer = (): void => undefined;
    const over = new Promise<void>((resolve) => (answer = resolve));
    commits.add({ client: client as unknown as PoolClient, over, isInProgress });
    return { answer, isCut: () => destroy.mock.calls.length > 0 };
  }

  it('refuses writes from the limit on, until some are answered', async () => {
    const first = add();
    expect([commits.count, commits.refusesWrites]).toEqual([1, false]);
    commits.requireFew();
    add();
    expect([commits.count, commits.refusesWrites]).toEqual([2, true]);
    expect(() => commits.requireFew()).toThrow(CommitsUnansweredError);

    first.answer();
    await jest.advanceTimersByTimeAsync(0);
    expect([commits.count, commits.refusesWrites]).toEqual([1, false]);
    commits.requireFew();
  });

  it('leaves a commit alone that the server works on, or of which nobody knows', async () => {
    const both = [add(), add(() => Promise.reject(new Error('the database is away')))];

    await jest.advanceTimersByTimeAsync(LONG_MS);

    expect(both.map(({ isCut }) => isCut())).toEqual([false, false]);
  });

  it('cuts the connection of one that is over, unless its answer comes', async () => {
    let isInProgress = true;
    const [lost, late] = [add(() => Promise.resolve(isInProgress)), add(() => Promise.resolve(isInProgress))];
    await jest.advanceTimersByTimeAsync(LONG_MS);
    isInProgress = false;
    late.answer();

    await jest.advanceTimersByTimeAsync(LONG_MS);

    expect([lost.isCut(), late.isCut()]).toEqual([true, false]);
  });

  it('keeps no connection when the service stops', () => {
    const before = add();
    commits.beforeApplicationShutdown();
    const after = add();

    expect([before.isCut(), after.isCut()]).toEqual([true, true]);
  });
});
