const CONCURRENCY = 8;

/** Works on items, a few at a time; fails with the first that fails. */
export async function inParallel<Item>(
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<void>,
): Promise<void> {
  const queue = items.entries();
  await Promise.all(
    Array.from({ length: CONCURRENCY }, async () => {
      for (const [index, item] of queue) await work(item, index);
    }),
  );
}
