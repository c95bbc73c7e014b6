import { EXPERIMENTS } from './experiments/experiments';
import type { Experiment } from './experiments/experiment';
import { describeOutcome, describeStep } from './experiments/describe';
import { runExperiment } from './experiments/run-experiment';
import type { LabOptions } from './options';
import type { Outcome } from './shapes';
import type { World } from './world/world';

/** Does experiments without a screen, and prints what was seen. Returns the exit code: 1 when one is not passed. */
export async function runHeadless(
  world: World,
  { experiments, seconds, json, language, seed }: LabOptions,
  print: (text: string) => void,
  signal: AbortSignal,
): Promise<number> {
  const outcomes: Outcome[] = [];
  for (const experiment of chosen(experiments)) {
    if (!json)
      print(`\n${experiment.number}. ${experiment.title[language]}\n${experiment.question[language]}\n`);
    const outcome = await runExperiment(world, experiment, {
      seconds,
      signal,
      onStep: (event) => !json && print(describeStep(experiment, event, language)),
    });
    outcomes.push(outcome);
    if (!json) print(describeOutcome(experiment, outcome, language));
  }
  const isPassed = outcomes.every((outcome) => outcome.isPassed);
  if (json) print(JSON.stringify({ seed, isPassed, outcomes }, null, 2));
  return isPassed ? 0 : 1;
}

function chosen(names: readonly string[]): readonly Experiment[] {
  return names.flatMap((name) => EXPERIMENTS.filter((experiment) => experiment.name === name));
}
