import type { ThreeMachines } from './three-machines';

/** Something that is tried, and what must be said about it. */
export interface Check {
  readonly title: string;
  readonly attempt: (machines: ThreeMachines) => Promise<string>;
  readonly says: RegExp;
}

export interface Outcome {
  readonly title: string;
  readonly isRight: boolean;
  /** The line that decides, or all that was said. */
  readonly said: string;
}

export async function judge({ title, attempt, says }: Check, machines: ThreeMachines): Promise<Outcome> {
  const text = (await attempt(machines)).trim();
  const line = text.split('\n').find((one) => says.test(one));
  return { title, isRight: line !== undefined, said: line ?? `${text || 'nothing'} (expected ${says})` };
}
