import type { Sample } from './sample';

/**
 * Turns that don't count, of each side until it has answered so many requests: a server compiles what it has run often,
 * and a miss takes three times as much CPU before. A busy machine needs more turns for that, but no more than the given.
 */
export async function warmUp(
  sides: Readonly<Record<string, () => Promise<Pick<Sample, 'requests'>>>>,
  requests: number,
  mostTurns: number,
): Promise<void> {
  for (const side of Object.values(sides)) {
    let answered = 0;
    for (let turn = 0; turn < mostTurns && answered < requests; turn += 1)
      answered += (await side()).requests;
  }
}
