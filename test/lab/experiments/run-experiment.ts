import { breaksOf } from '../../setup/ledger';
import type { CityName } from '../world/city';
import type { Offence } from '../world/figures';
import type { World } from '../world/world';
import type { Experiment, Measure } from './experiment';
import { Scene, type StepEvent } from './scene';

/** What an experiment showed. */
export interface Outcome {
  readonly experiment: string;
  /** How often it was done; what is below is of the last time, or of the first that failed. */
  readonly repetitions: number;
  readonly seconds: number;
  readonly steps: readonly StepEvent[];
  readonly measures: readonly Measure[];
  /** Why it could not be done to its end; null when it was. */
  readonly error: string | null;
  /** The reads that broke a promise: who read what, when, and which write they should have seen. */
  readonly offences: Readonly<Record<CityName, readonly Offence[]>>;
  /** Where the books of our city break their promises; empty when they are right. */
  readonly brokenBooks: readonly string[];
  readonly oursKeptItsPromises: boolean;
  /** Whether the plain pattern broke where it must; null where it has nothing to break. */
  readonly plainBroke: boolean | null;
  readonly isPassed: boolean;
}

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
