/** Returns how many milliseconds the work took, with three decimals. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return roundMilliseconds(performance.now() - start);
}

export function roundMilliseconds(milliseconds: number): number {
  return Math.round(milliseconds * 1_000) / 1_000;
}
