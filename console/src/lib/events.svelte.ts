import { untrack } from 'svelte';
import { openEvents } from '../api/call';
import { eventsOf, type ServerEvent } from '../api/event-frames';
import { Refused } from '../api/failures';
import { session } from '../api/session.svelte';

/** A stream that says nothing for so long does not pass: the service greets at once, and then sends something each ten seconds. */
const SILENCE_MS = 25_000;
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 30_000;

/**
 * `opening`: not known yet. `live`: events come. `broken`: they do not, so whoever shows something has to ask for it. `refused`: the
 * caller may not watch. `off`: nobody wants to.
 */
export type StreamState = 'opening' | 'live' | 'broken' | 'refused' | 'off';

type Query = Readonly<Record<string, string>>;

/** The events of the service while a component is shown. It goes on behind the last one after a break. */
export class EventStream {
  state: StreamState = $state('off');
  private lastId: string | null = null;

  constructor(private readonly onevent: (event: ServerEvent) => void) {}

  /** @param isOver says whether somebody else has begun, or nobody wants to hear. */
  async run(query: Query, signal: AbortSignal, isOver: () => boolean): Promise<void> {
    this.state = 'opening';
    for (let tries = 0; !isOver(); tries += 1) {
      let waitMs = Math.min(FIRST_RETRY_MS * 2 ** tries, LAST_RETRY_MS);
      try {
        const body = await openEvents(query, this.lastId, signal);
        for await (const event of eventsOf(body, SILENCE_MS)) {
          if (isOver()) return;
          this.state = 'live';
          tries = 0;
          if (event.id !== null) this.lastId = event.id;
          this.onevent(event);
        }
        if (isOver()) return;
        waitMs = FIRST_RETRY_MS;
      } catch (error) {
        if (isOver()) return;
        if (error instanceof Refused && !error.isPassing) {
          this.state = 'refused';
          return;
        }
        if (error instanceof Refused) waitMs = (error.retryAfterSeconds ?? 1) * 1_000;
      }
      this.state = 'broken';
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
}

/**
 * The events of this component.
 *
 * @param query which events; null: none now.
 */
export function events(query: () => Query | null, onevent: (event: ServerEvent) => void): EventStream {
  const stream = new EventStream(onevent);
  $effect(() => {
    const wanted = query();
    // Who signs in anew watches anew.
    const { count } = session;
    const controller = new AbortController();
    untrack(() => {
      const isOver = (): boolean => controller.signal.aborted || count !== session.count;
      if (wanted) void stream.run(wanted, controller.signal, isOver);
      else stream.state = 'off';
    });
    return () => controller.abort();
  });
  return stream;
}
