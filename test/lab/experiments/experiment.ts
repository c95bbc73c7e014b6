import type { Lesson, Measure } from '../shapes';
import type { Scene } from './scene';

/** A lesson that can be carried out. The pages and the terminal show the same. */
export interface Experiment<Step extends string = string> extends Lesson<Step> {
  run(scene: Scene<Step>): Promise<readonly Measure[]>;
}

/** Lets TypeScript infer the steps, and holds `run` to them. */
export function experiment<const Step extends string>(given: Experiment<Step>): Experiment {
  return given;
}
