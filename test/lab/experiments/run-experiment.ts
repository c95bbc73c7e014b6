import { breaksOf } from '../../setup/ledger';
import type { Measure, Outcome, StepEvent } from '../shapes';
import type { World } from '../world/world';
import type { Experiment } from './experiment';
import { Scene } from './scene';

/** What is wanted of a run. */
export interface RunOptions {
  /** It is done again until so many seconds are over; once, by default. */
  readonly seconds?: number;
  readonly onStep?: (event: StepEvent) => void;
  readonly signal?: AbortSignal;
}

/** Does an experiment, with the background traffic at rest, and leaves the world healed. */
export async function runExperiment(
  world: World,
  experiment: Experiment,
  { seconds = 0, onStep = () => undefined, signal }: RunOptions = {},
): Promise<Outcome> {
  const wasBusy = world.isBusy;
  await world.stopTraffic();
  const began = performance.now();
  const secondsSince = (): number => (performance.now() - began) / 1_000;
  try {
    for (let repetitions = 1; ; repetitions += 1) {
      signal?.throwIfAborted();
      const outcome = await runOnce(world, experiment, onStep);
      if (!outcome.isPassed || secondsSince() >= seconds)
        return { ...outcome, repetitions, seconds: Math.round(secondsSince() * 10) / 10 };
    }
  } finally {
    if (wasBusy) world.startTraffic();
  }
}

type Once = Omit<Outcome, 'repetitions' | 'seconds'>;

async function runOnce(
  world: World,
  experiment: Experiment,
  onStep: (event: StepEvent) => void,
): Promise<Once> {
  await world.heal();
  await world.untilCaching();
  const steps: StepEvent[] = [];
  const scene = new Scene(world, (event) => {
    steps.push(event);
    onStep(event);
  });
  let measures: readonly Measure[] = [];
  let error: string | null = null;
  try {
    measures = await experiment.run(scene);
  } catch (thrown) {
    error = thrown instanceof Error ? thrown.message : String(thrown);
  } finally {
    await world.heal();
  }
  const { ours, plain } = scene.figures;
  const offences = { plain: plain.offences, ours: ours.offences };
  const brokenBooks = Object.keys(await breaksOf(world.ours.databaseUrl));
  const verdict = judge(experiment, measures, brokenBooks);
  return { experiment: experiment.name, steps, measures, error, offences, brokenBooks, ...verdict };
}

/** The experiment is passed when our city kept every promise, and the plain one broke everything that it must. */
export function judge(
  { breaksPlain }: Pick<Experiment, 'breaksPlain'>,
  measures: readonly Measure[],
  brokenBooks: readonly string[],
): Pick<Outcome, 'oursKeptItsPromises' | 'plainBroke' | 'isPassed'> {
  const oursKeptItsPromises =
    brokenBooks.length === 0 &&
    measures.some(({ oursKept }) => oursKept !== undefined) &&
    measures.every(({ oursKept }) => oursKept !== false);
  const broken = measures.flatMap(({ plainBroke }) => (plainBroke === undefined ? [] : [plainBroke]));
  const plainBroke = breaksPlain ? broken.length > 0 && broken.every(Boolean) : null;
  return { oursKeptItsPromises, plainBroke, isPassed: oursKeptItsPromises && plainBroke !== false };
}
