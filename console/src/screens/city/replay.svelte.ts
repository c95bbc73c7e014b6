import { call } from '../../api/call';
import type { ActiveMinute, StationFrame } from '../../api/schema';
import { session } from '../../api/session.svelte';
import { type Resource, resource } from '../../lib/resource.svelte';
import { place, setQuery } from '../../lib/router.svelte';
import { momentOf, sumOf } from './frames';

const MINUTE_MS = 60_000;
export const REPLAYED_MINUTES = 60;
/** A minute in a second: 60 times its speed. */
const STEP_MS = 1_000;
/** As many minutes as the map shows at once. */
const WINDOW = 5;

interface Hour {
  readonly frames: readonly StationFrame[];
  readonly minutes: readonly ActiveMinute[];
}

/** An hour that is over, played again. When it began is in the address (`replay`), and where it stands (`at`). */
export class Replay {
  readonly hour: Resource<Hour>;
  isPlaying = $state(true);

  constructor() {
    this.hour = resource((signal) => {
      const { start } = this;
      if (start === null || !session.may('totals:read')) return null;
      const span = {
        from: momentOf(start),
        to: momentOf(start + REPLAYED_MINUTES * MINUTE_MS),
      };
      return Promise.all([
        call('GET /activity/stations', { query: { ...span, step: 1 } }, { signal }),
        call('GET /activity/minutes', { query: span }, { signal }),
      ]).then(([{ frames }, { minutes }]) => ({ frames, minutes }));
    });
    $effect(() => {
      if (!this.isOn || !this.isPlaying || this.hour.value === null) return;
      const timer = setInterval(() => this.next(), STEP_MS);
      return () => clearInterval(timer);
    });
  }

  /** Null: the present is shown. */
  private readonly start = $derived(startOf(place.query.replay));

  get isOn(): boolean {
    return this.start !== null;
  }

  /** Which minute of the hour is shown, from 0. */
  get at(): number {
    const at = Number(place.query.at ?? 0);
    return Number.isInteger(at) ? Math.min(Math.max(at, 0), REPLAYED_MINUTES - 1) : 0;
  }

  /** When the shown minute began. */
  get moment(): number {
    return (this.start ?? 0) + this.at * MINUTE_MS;
  }

  get minute(): ActiveMinute | null {
    return this.hour.value?.minutes[this.at] ?? null;
  }

  /** The boardings of the last minutes at the shown one. */
  get boardings(): ReadonlyMap<number, number> {
    const frames = this.hour.value?.frames.slice(Math.max(0, this.at - WINDOW + 1), this.at + 1) ?? [];
    return sumOf(frames);
  }

  /** Where somebody boarded in the shown minute. */
  get boarded(): readonly number[] {
    return this.hour.value?.frames[this.at]?.stations.map(({ station_id: id }) => id) ?? [];
  }

  begin(): void {
    const end = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
    this.isPlaying = true;
    setQuery({ replay: momentOf(end - REPLAYED_MINUTES * MINUTE_MS), at: null });
  }

  end(): void {
    setQuery({ replay: null, at: null });
  }

  show(at: number): void {
    setQuery({ at });
  }

  toggle(): void {
    if (!this.isPlaying && this.at === REPLAYED_MINUTES - 1) this.show(0);
    this.isPlaying = !this.isPlaying;
  }

  private next(): void {
    if (this.at < REPLAYED_MINUTES - 1) this.show(this.at + 1);
    else this.isPlaying = false;
  }
}

function startOf(text: string | undefined): number | null {
  const moment = Date.parse(text ?? '');
  return Number.isNaN(moment) ? null : Math.floor(moment / MINUTE_MS) * MINUTE_MS;
}
