import type { Dice } from '../../../src/common/dice';
import type { Reply } from '../http-client';
import type { View } from '../view';
import type { WriteClient } from '../write-client';

/** Something that is written and read at the same time. */
export interface Subject {
  /** The views that are worth reading now. */
  views(): readonly View[];
  /** Of so many reads, how many are of this subject's views. */
  readonly weight: number;
  /** One write, or a few that belong together. */
  write(client: WriteClient, dice: Dice): Promise<void>;
  /** So many reads, of all subjects, come between two writes of a writer: a slow machine has fewer of both. */
  readonly readsBetween: readonly [least: number, most: number];
  readonly writers: number;
}

/** What an answer says; older than anything when it says that there is nothing. */
export function valuesOf<Body>(read: (body: Body) => readonly number[], absent: readonly number[]) {
  return ({ status, body }: Reply): readonly number[] =>
    status === 404 ? absent : read(JSON.parse(body) as Body);
}

/** What was never there. */
export const NOTHING = -Infinity;
