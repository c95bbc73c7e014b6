import { Readable } from 'node:stream';

/** Who takes nothing for so long is cut off, and so is who takes longer over all. */
const MOST_STALL_MS = 30_000;
const MOST_MS = 600_000;

/**
 * A stream of chunks, the first of which was taken already. A generator that was begun is always ended, so that it can
 * give back what it holds: `Readable.from` would leave one that nobody has read from.
 */
export function streamOf(first: IteratorResult<string>, chunks: AsyncGenerator<string>): Readable {
  let taken: IteratorResult<string> | null = first;
  const giveUp = (): void => void stream.destroy(new Error('nobody took what was exported'));
  const whole = setTimeout(giveUp, MOST_MS).unref();
  const stalled = setTimeout(giveUp, MOST_STALL_MS).unref();
  const next = async (): Promise<void> => {
    const chunk: IteratorResult<string, unknown> = taken ?? (await chunks.next());
    taken = null;
    stream.push(chunk.done ? null : chunk.value);
  };
  const stream = new Readable({
    read: () => {
      stalled.refresh();
      next().catch((error: unknown) => stream.destroy(error as Error));
    },
    destroy: (error, done) => {
      clearTimeout(whole);
      clearTimeout(stalled);
      chunks.return(undefined).then(
        () => done(error),
        () => done(error),
      );
    },
  });
  return stream;
}
