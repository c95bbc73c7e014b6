import type { ServerEvent } from '../../api/event-frames';
import { session } from '../../api/session.svelte';
import { events, type EventStream } from '../../lib/events.svelte';

const SECOND_MS = 1_000;
/** Five minutes of seconds are drawn. */
const SECONDS = 300;
const MOST_EPOCHS = 50;

/** The epoch of the cache from a moment on. */
export interface EpochSince {
  readonly at: number;
  readonly epoch: number;
  readonly isOn: boolean;
}

/** What happened to a key, as the service tells it. */
export interface Step {
  readonly at: string;
  readonly step: 'marked' | 'released' | 'leased' | 'met_mark' | 'filled' | 'fill_refused';
  readonly key: string;
  readonly write: string | null;
}

/** What the events say of the cache while the screen is open. */
export class Happenings {
  readonly stream: EventStream;
  epochs: readonly EpochSince[] = $state.raw([]);
  /** How many keys were evicted in each of the last seconds; the last is the present one. Null before the screen was open. */
  evictions: readonly (number | null)[] = $state.raw([...new Array<null>(SECONDS - 1).fill(null), 0]);
  /** When the last of these seconds began. */
  now = $state(Date.now());
  /** How many keys of each template were evicted since the screen is open. */
  evicted: Readonly<Record<string, number>> = $state.raw({});
  steps: readonly Step[] = $state.raw([]);
  /** Whether the steps of the wanted keys are told from now on. */
  isTold = $state(false);
  private keys: readonly string[] = $state.raw([]);

  constructor() {
    this.stream = events(
      () => {
        if (!session.may('events:read')) return null;
        return { types: 'evictions,epochs,steps', keys: this.keys.join(',') };
      },
      (event) => this.take(event),
    );
    $effect(() => {
      const timer = setInterval(() => this.pass(), SECOND_MS);
      return () => clearInterval(timer);
    });
  }

  /** Begins to hear of every step of some keys. */
  watch(keys: readonly string[]): void {
    this.steps = [];
    this.isTold = false;
    this.keys = keys;
  }

  private pass(): void {
    this.now = Date.now();
    this.evictions = [...this.evictions.slice(1), 0];
  }

  private take({ type, data }: ServerEvent): void {
    // It is the first of each stream.
    if (type === 'hello') this.isTold = this.keys.length > 0;
    else if (type === 'epochs') this.note(data as { epoch: number; cache: 'on' | 'off' });
    else if (type === 'evictions')
      this.count((data as { templates: Readonly<Record<string, number>> }).templates);
    else if (type === 'steps') this.steps = [...this.steps, ...(data as { steps: Step[] }).steps];
  }

  private note({ epoch, cache }: { epoch: number; cache: 'on' | 'off' }): void {
    const isOn = cache === 'on';
    const last = this.epochs.at(-1);
    // A stream that was begun anew says it again.
    if (last?.epoch === epoch && last.isOn === isOn) return;
    this.epochs = [...this.epochs, { at: Date.now(), epoch, isOn }].slice(-MOST_EPOCHS);
  }

  private count(templates: Readonly<Record<string, number>>): void {
    const evicted = { ...this.evicted };
    let keys = 0;
    for (const [template, count] of Object.entries(templates)) {
      evicted[template] = (evicted[template] ?? 0) + count;
      keys += count;
    }
    this.evicted = evicted;
    this.evictions = [...this.evictions.slice(0, -1), (this.evictions.at(-1) ?? 0) + keys];
  }
}
