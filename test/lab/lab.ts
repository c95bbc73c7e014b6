import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, CommandError, WORLD_COMMANDS } from './command';
import { EXPERIMENTS } from './experiments/experiments';
import { runExperiment } from './experiments/run-experiment';
import type { CityName, LabState, Offence, Outcome, StepEvent } from './shapes';
import { Sampler } from './state';
import { STEP_TEXT, Stepper } from './stepper';
import type { World } from './world/world';

/** What is told to whoever listens. */
interface LabEvents {
  state: [LabState];
  offence: [{ city: CityName; offence: Offence }];
  step: [StepEvent & { experiment: string }];
  outcome: [Outcome];
  /** A command that was carried out. */
  command: [{ command: string }];
}

const TICK_MS = 1_000;
const MOST_WAIT_S = 3_600;

/** Another experiment is under way. */
export class BusyError extends CommandError {}

/** The lab as people use it: commands, experiments, the state of everything each second, and what happens in between. */
export class Lab extends EventEmitter<LabEvents> {
  /** Everything that can be done, for `help` and for pages. */
  readonly commands: readonly Command[];
  readonly outcomes = new Map<string, Outcome>();
  private readonly sampler: Sampler;
  private readonly timer: NodeJS.Timeout;
  private stepper: Stepper | null = null;
  private running: string | null = null;

  constructor(
    readonly world: World,
    private readonly seed: number,
    private readonly signal: AbortSignal,
  ) {
    super();
    // Each page that watches listens.
    this.setMaxListeners(0);
    this.commands = [...WORLD_COMMANDS, ...this.ownCommands()];
    this.sampler = new Sampler(world);
    this.timer = setInterval(() => this.tick(), TICK_MS);
    for (const { name, traffic } of world.cities)
      traffic.onOffence = (offence) => this.emit('offence', { city: name, offence });
  }

  get state(): LabState {
    return this.sampler.state({
      seed: this.seed,
      experiment: this.running,
      steps: this.stepper?.state ?? null,
    });
  }

  /**
   * Carries out one line.
   *
   * @throws CommandError that says what is wrong with it.
   */
  async perform(line: string): Promise<void> {
    const [name = '', ...args] = line.trim().split(/\s+/);
    const command = this.commands.find((known) => known.name === name);
    if (!command)
      throw new CommandError(
        `there is no command "${name}": ${this.commands.map((known) => known.name).join(', ')}`,
      );
    if (this.running !== null) throw new BusyError(`the experiment ${this.running} is under way`);
    await command.run(this.world, args);
    this.emit('command', { command: line.trim() });
  }

  /** Does an experiment, with the traffic at rest. */
  async experiment(name: string, seconds = 0): Promise<Outcome> {
    const experiment = EXPERIMENTS.find((known) => known.name === name);
    if (!experiment)
      throw new CommandError(
        `there is no experiment "${name}": ${EXPERIMENTS.map((known) => known.name).join(', ')}`,
      );
    if (this.running !== null) throw new BusyError(`the experiment ${this.running} is under way`);
    this.endSteps();
    this.running = name;
    try {
      const outcome = await runExperiment(this.world, experiment, {
        seconds,
        signal: this.signal,
        onStep: (event) => this.emit('step', { ...event, experiment: name }),
      });
      this.outcomes.set(name, outcome);
      this.emit('outcome', outcome);
      return outcome;
    } finally {
      this.running = null;
    }
  }

  close(): void {
    clearInterval(this.timer);
    this.endSteps();
    this.removeAllListeners();
  }

  private ownCommands(): Command[] {
    return [
      {
        name: 'wait',
        usages: ['wait SECONDS'],
        text: { en: 'Does nothing for a while.', es: 'No hace nada por un rato.' },
        run: async (_world, [seconds = '']) => {
          if (!/^\d{1,4}(\.\d)?$/.test(seconds) || Number(seconds) > MOST_WAIT_S)
            throw new CommandError('wait takes seconds');
          await sleep(Number(seconds) * 1_000, null, { signal: this.signal });
        },
      },
      {
        name: 'experiment',
        usages: ['experiment NAME'],
        text: { en: 'Does an experiment.', es: 'Hace un experimento.' },
        run: (_world, [name = '']) => this.experiment(name),
      },
      {
        name: 'step',
        usages: ['step start|end', 'step ours|plain reader|writer|read'],
        text: STEP_TEXT,
        run: (world, args) => this.step(world, args),
      },
    ];
  }

  private async step(world: World, [city, what]: readonly string[]): Promise<void> {
    if (city === 'start' || city === 'end') {
      this.endSteps();
      if (city === 'start') this.stepper = await Stepper.start(world);
      return;
    }
    if (!this.stepper) throw new CommandError('there are no cards to step with: step start');
    await this.stepper.step(city, what);
  }

  private endSteps(): void {
    this.stepper?.end();
    this.stepper = null;
  }

  private tick(): void {
    this.sampler.tick();
    this.emit('state', this.state);
  }
}
