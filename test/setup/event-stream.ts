import { afterTest } from './after-test';
import type { Service } from './service';
import { until } from './until';

/** An event as it was received. */
export interface ReceivedEvent {
  readonly id: string | null;
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A stream of server-sent events that is read until the test ends. */
export class EventStream {
  readonly events: ReceivedEvent[] = [];
  comments = 0;
  /** Whether the server has ended it. */
  isOver = false;

  private constructor(
    readonly status: number,
    readonly headers: Headers,
    private readonly leave: AbortController,
  ) {}

  static async open(
    service: Pick<Service, 'url'>,
    path = '/events',
    headers: Readonly<Record<string, string>> = {},
  ): Promise<EventStream> {
    const leave = new AbortController();
    afterTest(() => Promise.resolve(leave.abort()));
    const response = await fetch(service.url + path, { headers, signal: leave.signal });
    const stream = new EventStream(response.status, response.headers, leave);
    if (response.ok) void stream.read(response);
    else await response.text();
    return stream;
  }

  of(event: string): ReceivedEvent[] {
    return this.events.filter((each) => each.event === event);
  }

  /** The rows of lists of this type that were received, in their order. */
  rows(type: string): Readonly<Record<string, unknown>>[] {
    return this.of(type).flatMap(({ data }) => data[type] as Readonly<Record<string, unknown>>[]);
  }

  /** What kinds of events were received, but for those about the service itself, which may have been late. */
  get types(): string[] {
    const types = new Set(this.events.map(({ event }) => event));
    return [...types].filter((type) => !['database', 'epochs'].includes(type)).sort();
  }

  get lastId(): string {
    return this.events.findLast(({ id }) => id !== null)?.id ?? '';
  }

  async untilReceived(event: string, count = 1): Promise<ReceivedEvent[]> {
    await until(`${count} events ${event}`, () => this.of(event).length >= count);
    return this.of(event);
  }

  close(): void {
    this.leave.abort();
  }

  private async read(response: Response): Promise<void> {
    let text = '';
    const decoder = new TextDecoder();
    try {
      for await (const chunk of response.body ?? []) {
        text += decoder.decode(chunk as Uint8Array, { stream: true });
        const frames = text.split('\n\n');
        text = frames.pop() ?? '';
        frames.forEach((frame) => this.receive(frame));
      }
    } catch {
      // It was closed, or the service was killed.
    }
    this.isOver = true;
  }

  private receive(frame: string): void {
    const fields = new Map(
      frame.split('\n').map((line) => {
        const [name = '', ...rest] = line.split(': ');
        return [name, rest.join(': ')] as const;
      }),
    );
    const event = fields.get('event');
    if (event === undefined) this.comments += fields.has('') ? 1 : 0;
    else
      this.events.push({
        id: fields.get('id') ?? null,
        event,
        data: JSON.parse(fields.get('data') ?? 'null') as ReceivedEvent['data'],
      });
  }
}
