import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '../../builders/connect';
import type { CityName, Measure, StepEvent } from '../shapes';
import { balanceKeyOf, type City, type Done, type LabCard, type Seen } from '../world/city';
import { Figures } from '../world/figures';
import type { Hold } from '../world/holds';
import type { World } from '../world/world';
import type { Text } from './text';

type Headers = Readonly<Record<string, string>>;

const POLL_MS = 10;
/** What happens in the background of a request is awaited so long. */
const AFTERMATH_MS = 1_000;

const STALE: Text = {
  en: 'Stale reads after an acknowledgement',
  es: 'Lecturas obsoletas después de una confirmación',
};
const BACKWARDS: Text = { en: 'Reads that went backwards', es: 'Lecturas que retrocedieron' };

/** What an experiment works with: the world, and a referee of its own for each city. */
export class Scene<Step extends string = string> {
  readonly figures: Readonly<Record<CityName, Figures>> = { ours: new Figures(), plain: new Figures() };

  constructor(
    readonly world: World,
    private readonly onStep: (event: StepEvent) => void,
  ) {}

  /** The same in both cities, in the plain one first. */
  async inBoth<Result>(work: (city: City) => Promise<Result>): Promise<Record<CityName, Result>> {
    const plain = await work(this.world.plain);
    return { plain, ours: await work(this.world.ours) };
  }

  step(step: Step, { name }: City, seen: string | null = null): void {
    this.onStep({ step, city: name, seen });
  }

  /** Reads a card's balance from the process of this number, and judges what it gets. */
  read(city: City, number: number, card: LabCard, headers: Headers = {}): Promise<Seen> {
    const reading = this.readOnce(city, number, card, headers);
    // An experiment that fails does not wait for it any more.
    reading.catch(() => undefined);
    return reading;
  }

  /** Reads until the cache answers, so that its copy is known to be there. */
  async fill(city: City, number: number, card: LabCard): Promise<void> {
    await this.upTo(30_000, async () => (await this.read(city, number, card)).cache === 'HIT');
  }

  /** Holds the next reader of the card just before it stores what it has loaded. */
  holdBeforeStore(city: City, number: number, card: LabCard): Promise<Hold> {
    const point = city.name === 'ours' ? 'before fill' : 'after load';
    return city.hold(city.process(number), { point, subject: balanceKeyOf(card) });
  }

  /**
   * Lets a reader go on that was held before it stored, and waits until it has tried. Ours answers before it stores, so
   * it is seen by its counter.
   *
   * @returns what became of it, as a step says it.
   */
  async letStore(city: City, number: number, hold: Hold, reader: Promise<unknown>): Promise<string> {
    const before = city.name === 'ours' ? await this.fillsRefused(city, number) : 0;
    hold.release();
    await reader;
    return this.stored(city, number, before);
  }

  /** @param before how many values the process had not been allowed to store. */
  async stored(city: City, number: number, before: number): Promise<string> {
    if (city.name === 'plain') return 'SET OK';
    const isRefused = async (): Promise<boolean> => (await this.fillsRefused(city, number)) > before;
    return (await this.upTo(AFTERMATH_MS, isRefused)) ? 'fill refused' : 'fill OK';
  }

  /** How many values a process of our city has not been allowed to store, since it started. */
  async fillsRefused(city: City, number: number): Promise<number> {
    const { body } = await city
      .process(number)
      .client.send({ method: 'GET', path: '/cache/stats', timeoutMs: 5_000 });
    return (JSON.parse(body) as { cache_stats: { fills_refused: number } }).cache_stats.fills_refused;
  }

  /** How often a card was recharged, as the database has it. */
  async timesPaid(city: City, card: LabCard): Promise<number> {
    return numberFrom(city, 'SELECT count(*)::int AS number FROM recharges WHERE card_id = $1', card);
  }

  async rides(city: City, card: LabCard): Promise<number> {
    return numberFrom(city, 'SELECT count(*)::int AS number FROM trips WHERE card_id = $1', card);
  }

  async balance(city: City, card: LabCard): Promise<number> {
    return numberFrom(city, 'SELECT balance::int AS number FROM cards WHERE card_id = $1', card);
  }

  /** Waits until it is true, at most so long; whether it came true. */
  async upTo(milliseconds: number, isTrue: () => Promise<boolean>): Promise<boolean> {
    for (const end = performance.now() + milliseconds; performance.now() < end; await sleep(POLL_MS))
      if (await isTrue()) return true;
    return false;
  }

  /** The counters that matter: what the referee found. */
  verdict(mustBreak: { stale?: boolean; backwards?: boolean } = {}): Measure[] {
    const { ours, plain } = { ours: this.figures.ours.now, plain: this.figures.plain.now };
    return [
      {
        name: STALE,
        plain: plain.staleAfterAcknowledgement,
        ours: ours.staleAfterAcknowledgement,
        ...(mustBreak.stale && { plainBroke: plain.staleAfterAcknowledgement > 0 }),
        oursKept: ours.staleAfterAcknowledgement === 0,
      },
      {
        name: BACKWARDS,
        plain: plain.wentBackwards,
        ours: ours.wentBackwards,
        ...(mustBreak.backwards && { plainBroke: plain.wentBackwards > 0 }),
        oursKept: ours.wentBackwards === 0,
      },
    ];
  }

  private async readOnce(city: City, number: number, card: LabCard, headers: Headers): Promise<Seen> {
    const process = city.process(number);
    const seen = await city.read(process, card.balanceView, this.figures[city.name], headers);
    if (typeof seen === 'string') throw new Error(`${process.name} did not answer a read: ${seen}`);
    return seen;
  }
}

/** What a read showed, in a few words. */
export function describeSeen({ balance, cache }: Seen): string {
  return `${balance} (${cache ?? '–'})`;
}

/** What became of a request, in a few words. */
export function describeDone({ reply, body }: Done): string {
  return `${reply?.status ?? 'no answer'}${body.new_balance === undefined ? '' : `, ${body.new_balance}`}`;
}

async function numberFrom(city: City, sql: string, { id }: LabCard): Promise<number> {
  const client = await connect(city.databaseUrl);
  try {
    const { rows } = await client.query<{ number: number }>(sql, [id]);
    return rows[0]?.number ?? 0;
  } finally {
    await client.end();
  }
}
