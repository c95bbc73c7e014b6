import type { Sample } from './sample';

/**
 * Turns that don't count, of all sides by turns until each has answered so many requests: a server compiles what it has run
 * often, and a miss takes three times as much CPU before. A busy machine needs more turns for that, but no more than the given.
 */
export async function warmUp(
  sides: Readonly<Record<string, () => Promise<Pick<Sample, 'requests'>>>>,
  requests: number,
  mostTurns: number,
): Promise<void> {
  const left = new Map(Object.values(sides).map((side) => [side, requests]));
  for (let turn = 0; turn < mostTurns; turn += 1) {
    for (const [side, open] of left) if (open > 0) left.set(side, open - (await side()).requests);
  }
}
