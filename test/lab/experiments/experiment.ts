import type { Scene } from './scene';
import type { Text } from './text';

/** What was measured in both cities, and what it says about them. */
export interface Measure {
  readonly name: Text;
  /** Null: not measured there. */
  readonly plain: number | string | null;
  readonly ours: number | string | null;
  /** Whether it shows that the plain pattern broke; left out where nothing is to break. */
  readonly plainBroke?: boolean;
  /** Whether our city did what it promises; left out where nothing is promised. */
  readonly oursKept?: boolean;
}

/** A lesson: what is asked, what one may expect, what is done, and why it comes out as it does. The pages and the terminal show the same. */
export interface Experiment<Step extends string = string> {
  readonly number: number;
  /** As it is called on the command line. */
  readonly name: string;
  readonly title: Text;
  readonly question: Text;
  /** What may be expected, and the index of what is right. */
  readonly prediction: { readonly options: readonly Text[]; readonly right: number };
  /** In the order in which they happen. */
  readonly steps: Readonly<Record<Step, Text>>;
  readonly explanation: Text;
  /** Whether the plain pattern has to break something here. */
  readonly breaksPlain: boolean;
  run(scene: Scene<Step>): Promise<readonly Measure[]>;
}

/** Lets TypeScript infer the steps, and holds `run` to them. */
export function experiment<const Step extends string>(given: Experiment<Step>): Experiment {
  return given;
}
