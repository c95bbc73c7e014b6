import type { Reply } from './http-client';
import type { Acknowledgement, Quantity } from './quantity';

/** A value that a read has returned, when its answer arrived, and which process gave it. */
interface Sighting {
  readonly value: number;
  readonly at: number;
  readonly process: string;
}

/** What a read that begins now must not fall below. */
export interface Floor {
  readonly acknowledged: Acknowledgement;
  readonly seen: Sighting;
}

/** A read that returned older data than it was allowed to. */
export interface Violation {
  /** A: older than acknowledged before the read began. B: older than what an earlier read returned. */
  readonly promise: 'A' | 'B';
  readonly path: string;
  readonly quantity: string;
  readonly value: number;
  /** The value that it is below, where that came from and when, by the checker's monotonic clock. */
  readonly floor: number;
  readonly floorFrom: string;
  readonly floorAt: number;
}

const NEVER: Sighting = { value: -Infinity, at: 0, process: 'none' };

/** How a view is asked for, and judged, where that is not as most are. */
export interface ViewOptions {
  readonly promises?: readonly Violation['promise'][];
  readonly headers?: Readonly<Record<string, string>>;
  /** The statuses that are answers; that something is not there is one as well. */
  readonly answers?: readonly number[];
}

/** A cached operation and the quantities that its answer shows. */
export class View {
  private readonly seen: Sighting[];

  /** @param valuesIn the quantities' values in an answer, in their order. */
  constructor(
    readonly path: string,
    private readonly quantities: readonly Quantity[],
    private readonly valuesIn: (reply: Reply) => readonly number[],
    private readonly options: ViewOptions = {},
  ) {
    this.seen = quantities.map(() => NEVER);
  }

  get headers(): Readonly<Record<string, string>> {
    return this.options.headers ?? {};
  }

  isAnswer({ status }: Reply): boolean {
    return (this.options.answers ?? [200, 404]).includes(status);
  }

  /** To be called right before a read is sent. */
  floors(): readonly Floor[] {
    return this.quantities.map(({ acknowledged }, index) => ({
      acknowledged,
      seen: this.seen[index] ?? NEVER,
    }));
  }

  /** To be called as soon as its answer has arrived. */
  judge(floors: readonly Floor[], reply: Reply, process: string): Violation[] {
    const values = this.valuesIn(reply);
    const at = performance.now();
    return this.quantities.flatMap((quantity, index) => {
      const value = values[index] ?? NaN;
      const floor = floors[index];
      if (Number.isNaN(value) || !floor)
        throw new Error(`${this.path} shows no ${quantity.name}: ${reply.body}`);
      if (value > (this.seen[index] ?? NEVER).value) this.seen[index] = { value, at, process };
      const { promises = ['A', 'B'] } = this.options;
      const breaches = compare(value, floor).filter(({ promise }) => promises.includes(promise));
      return breaches.map((violation) => ({
        ...violation,
        path: this.path,
        quantity: quantity.name,
        value,
      }));
    });
  }
}

type Breach = Pick<Violation, 'promise' | 'floor' | 'floorFrom' | 'floorAt'>;

function compare(value: number, { acknowledged, seen }: Floor): Breach[] {
  const breaches: Breach[] = [];
  if (value < acknowledged.value)
    breaches.push({
      promise: 'A',
      floor: acknowledged.value,
      floorFrom: `acknowledged by ${acknowledged.by}`,
      floorAt: acknowledged.at,
    });
  if (value < seen.value)
    breaches.push({
      promise: 'B',
      floor: seen.value,
      floorFrom: `read from ${seen.process}`,
      floorAt: seen.at,
    });
  return breaches;
}
