import type { CityName, CommandText, LabState, Lessons, Outcome, StepEvent } from '../../../test/lab/shapes';

/** The lab refused, and says why in English. */
export class LabRefusal extends Error {}

/** A command that was carried out, by whomever, or that was refused here. */
export interface LogEntry {
  readonly at: number;
  readonly line: string;
  readonly refusal: string | null;
}

/** An experiment under way, and its steps so far. */
interface Running {
  readonly name: string;
  readonly steps: readonly StepEvent[];
}

/** What `GET /lab/events` tells. */
interface Events {
  readonly state: LabState;
  readonly command: { readonly command: string };
  readonly step: StepEvent & { readonly experiment: string };
  readonly outcome: Outcome;
}

/** How many reads had been wrong at a moment. */
export interface Moment {
  readonly at: number;
  readonly wrong: Readonly<Record<CityName, number>>;
}

const LOG_KEPT = 200;
/** Seconds. */
export const HISTORY_S = 120;

/** What this page knows of the lab: its state each second, and what happens in between. */
class Lab {
  state: LabState | null = $state.raw(null);
  lessons: Lessons | null = $state.raw(null);
  commands: readonly CommandText[] = $state.raw([]);
  /** The latest outcome of each experiment. */
  outcomes: Readonly<Record<string, Outcome>> = $state.raw({});
  running: Running | null = $state.raw(null);
  /** The latest last. */
  log: readonly LogEntry[] = $state.raw([]);
  /** What the page has seen of the last two minutes, the latest last. */
  history: readonly Moment[] = $state.raw([]);
  /** The line that was sent and not answered yet. */
  pending: string | null = $state(null);
  /** Since when the lab does not answer; null while it does. */
  awaySince: number | null = $state(null);

  /** Listens from now on; the browser connects again by itself. */
  open(): void {
    const source = new EventSource('/lab/events');
    source.addEventListener('open', () => void this.load());
    source.addEventListener('error', () => (this.awaySince ??= Date.now()));
    this.on(source, 'state', (state) => this.see(state));
    this.on(source, 'command', ({ command }) => this.note(command, null));
    this.on(source, 'step', ({ experiment, ...step }) => {
      const before = this.running?.name === experiment ? this.running.steps : [];
      this.running = { name: experiment, steps: [...before, step] };
    });
    this.on(source, 'outcome', (outcome) => this.end(outcome));
  }

  /**
   * Carries out one line.
   *
   * @returns whether it was carried out; what was refused is in the log.
   */
  async perform(line: string): Promise<boolean> {
    this.pending = line;
    try {
      const { state } = await ask<{ state: LabState }>('/lab/commands', { command: line });
      this.state = state;
      return true;
    } catch (error) {
      this.note(line, messageOf(error));
      return false;
    } finally {
      if (this.pending === line) this.pending = null;
    }
  }

  /** Does an experiment, again and again for so many seconds. @throws LabRefusal when another is under way. */
  async run(name: string, seconds: number): Promise<void> {
    this.running = { name, steps: [] };
    try {
      this.end(await ask<Outcome>(`/lab/experiments/${name}/runs`, { seconds }));
    } catch (error) {
      this.running = null;
      throw error;
    }
  }

  private see(state: LabState): void {
    this.state = state;
    const wrongIn = (city: CityName): number =>
      state.cities[city].staleAfterAcknowledgement + state.cities[city].wentBackwards;
    const at = Date.parse(state.at);
    const kept = this.history.filter((moment) => moment.at > at - HISTORY_S * 1_000 && moment.at < at);
    this.history = [...kept, { at, wrong: { plain: wrongIn('plain'), ours: wrongIn('ours') } }];
  }

  private async load(): Promise<void> {
    this.awaySince = null;
    try {
      const [lessons, { commands }] = await Promise.all([
        ask<Lessons>('/lab/experiments'),
        ask<{ commands: readonly CommandText[] }>('/lab/commands'),
      ]);
      this.lessons = lessons;
      this.outcomes = lessons.outcomes;
      this.commands = commands;
    } catch {
      // It has gone again; the next connection loads it.
      this.awaySince = Date.now();
    }
  }

  private end(outcome: Outcome): void {
    this.outcomes = { ...this.outcomes, [outcome.experiment]: outcome };
    this.running = null;
  }

  private note(line: string, refusal: string | null): void {
    this.log = [...this.log, { at: Date.now(), line, refusal }].slice(-LOG_KEPT);
  }

  private on<Name extends keyof Events>(
    source: EventSource,
    event: Name,
    hear: (data: Events[Name]) => void,
  ): void {
    source.addEventListener(event, ({ data }: MessageEvent<string>) =>
      hear(JSON.parse(data) as Events[Name]),
    );
  }
}

export const lab = new Lab();

/** What went wrong, as the lab says it. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function ask<Answer>(path: string, body?: object): Promise<Answer> {
  const response = await fetch(path, {
    ...(body && {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  });
  const answer: unknown = await response.json();
  if (response.ok) return answer as Answer;
  throw new LabRefusal((answer as { detail: string }).detail);
}
