const CONCURRENCY = 8;

/** Processes items, a few at a time; rejects with the first failure. */
export async function inParallel<Item>(
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<void>,
  concurrency = CONCURRENCY,
): Promise<void> {
  const queue = items.entries();
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      for (const [index, item] of queue) await work(item, index);
    }),
  );
}
