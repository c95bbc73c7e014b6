import type { Text } from './experiments/text';
import { balanceKeyOf, type City, type CityName, type LabCard } from './world/city';
import type { CityProcess } from './world/city-process';
import { Figures, type Offence } from './world/figures';
import type { Hold } from './world/holds';
import type { HoldPoint } from './world/hold-point';
import type { World } from './world/world';
import { CommandError } from './command';

/** What of the code a hold point stands behind. */
interface Place {
  readonly point: HoldPoint;
  /** The code up to the point. */
  readonly code: string;
}

interface Program {
  readonly places: readonly Place[];
  /** The code behind the last point. */
  readonly rest: string;
}

export const ACTORS = ['reader', 'writer'] as const;
export type Actor = (typeof ACTORS)[number];

/** The two programs of each city, as they are stepped through. */
export const PROGRAMS: Readonly<Record<CityName, Readonly<Record<Actor, Program>>>> = {
  plain: {
    reader: {
      places: [
        { point: 'after miss', code: 'value = GET key          → nothing' },
        { point: 'after load', code: 'value = SELECT balance' },
      ],
      rest: 'SET key value; respond',
    },
    writer: {
      places: [
        { point: 'after change', code: 'BEGIN, UPDATE balance' },
        { point: 'after commit', code: 'COMMIT' },
      ],
      rest: 'DEL key; respond',
    },
  },
  ours: {
    reader: {
      places: [
        { point: 'after miss', code: 'value = GET key          → nothing' },
        { point: 'after lease', code: 'acquire key              → a lease, or BYPASS under a mark' },
        { point: 'after load', code: 'value = SELECT balance' },
        { point: 'before fill', code: 'respond' },
      ],
      rest: 'fill key value, if the lease is still there',
    },
    writer: {
      places: [
        { point: 'after mark', code: 'BEGIN, mark key: drop value and lease' },
        { point: 'before release', code: 'UPDATE balance; COMMIT; respond' },
      ],
      rest: 'release the mark',
    },
  },
};

/** Where a program of a city stands. */
export interface ActorState {
  /** How many points it has passed; null: not begun, or done. */
  readonly at: number | null;
  readonly seen: string | null;
}

export interface StepperState {
  readonly cards: Readonly<Record<CityName, number>>;
  readonly actors: Readonly<Record<CityName, Readonly<Record<Actor, ActorState>>>>;
  /** What was read with `step CITY read`, the latest first. */
  readonly reads: readonly { readonly city: CityName; readonly seen: string }[];
  readonly offences: Readonly<Record<CityName, readonly Offence[]>>;
}

const AMOUNT = 20_000;
const BEFORE = 10_000;
/** A program that has passed its last point is done soon. */
const DONE_MS = 3_000;

/** One request that goes from point to point, as far as it is told. */
class Walk {
  private hold: Hold | null = null;
  private at: number | null = null;
  private seen: string | null = null;
  private request: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly city: City,
    private readonly process: CityProcess,
    private readonly program: Program,
    private readonly subject: string | undefined,
    private readonly begin: () => Promise<string>,
  ) {}

  get state(): ActorState {
    return { at: this.at, seen: this.seen };
  }

  /** Goes on to the next point, or to its end. */
  async next(): Promise<void> {
    const next = this.at === null ? 0 : this.at + 1;
    const place = this.program.places[next];
    const hold = place
      ? await this.city.hold(this.process, { point: place.point, subject: this.subject })
      : null;
    if (this.at === null) {
      this.seen = null;
      this.request = this.begin().then((seen) => (this.seen = seen));
    } else this.hold?.release();
    this.hold = hold;
    this.at = next;
    const isDone = this.request.then(() => true);
    // A request that has its answer may still be on its way in the background, and one that is not held ends early.
    const isThere = hold
      ? await Promise.race([hold.reached.then(() => true), this.endsEarly(isDone)])
      : false;
    if (isThere) return;
    hold?.release();
    await Promise.race([isDone, after(DONE_MS)]);
    this.at = null;
  }

  /** Lets it run to its end. */
  finish(): void {
    this.hold?.release();
  }

  /** A reader that hits, or a writer that is refused, comes to no point. */
  private async endsEarly(isDone: Promise<boolean>): Promise<boolean> {
    await isDone;
    await after(300);
    return false;
  }
}

/** The stale read by hand: a reader and a writer of each city, stepped through in any order. */
export class Stepper {
  private readonly reads: { city: CityName; seen: string }[] = [];
  private readonly figures = { ours: new Figures(), plain: new Figures() };

  private constructor(
    private readonly world: World,
    private readonly cards: Readonly<Record<CityName, LabCard>>,
    private readonly walks: Readonly<Record<CityName, Readonly<Record<Actor, Walk>>>>,
  ) {}

  static async start(world: World): Promise<Stepper> {
    // Ours calls a writer by its transaction, so that the next one is meant.
    await world.stopTraffic();
    const cards = { ours: await world.ours.createCard(BEFORE), plain: await world.plain.createCard(BEFORE) };
    const walks = { ours: walksOf(world.ours, cards.ours), plain: walksOf(world.plain, cards.plain) };
    return new Stepper(world, cards, walks);
  }

  get state(): StepperState {
    const { cards, walks, reads, figures } = this;
    const actorsOf = (city: CityName): Record<Actor, ActorState> => ({
      reader: walks[city].reader.state,
      writer: walks[city].writer.state,
    });
    return {
      cards: { ours: cards.ours.id, plain: cards.plain.id },
      actors: { ours: actorsOf('ours'), plain: actorsOf('plain') },
      reads,
      offences: { ours: figures.ours.offences, plain: figures.plain.offences },
    };
  }

  /** @throws CommandError for a city or an actor that there is not. */
  async step(cityName: string | undefined, what: string | undefined): Promise<void> {
    const city = this.world.cities.find(({ name }) => name === cityName);
    if (!city) throw new CommandError('a city is ours or plain');
    const actor = ACTORS.find((name) => name === what);
    if (actor) return this.walks[city.name][actor].next();
    if (what !== 'read') throw new CommandError(`a step is ${ACTORS.join(', ')} or read`);
    const seen = await readOnce(city, city.process(1), this.cards[city.name], this.figures[city.name]);
    this.reads.unshift({ city: city.name, seen });
  }

  end(): void {
    for (const { reader, writer } of Object.values(this.walks)) {
      reader.finish();
      writer.finish();
    }
  }
}

function walksOf(city: City, card: LabCard): Record<Actor, Walk> {
  const programs = PROGRAMS[city.name];
  const [reading, writing] = [city.process(0), city.process(1)];
  const key = balanceKeyOf(card);
  return {
    reader: new Walk(city, reading, programs.reader, key, () => readOnce(city, reading, card, new Figures())),
    writer: new Walk(city, writing, programs.writer, city.name === 'plain' ? key : undefined, async () => {
      const { reply, body } = await city.recharge(writing, card, AMOUNT);
      return `${reply?.status ?? 'no answer'}, ${body.new_balance ?? '–'}`;
    }),
  };
}

async function readOnce(city: City, process: CityProcess, card: LabCard, figures: Figures): Promise<string> {
  const seen = await city.read(process, card.balanceView, figures);
  return typeof seen === 'string' ? seen : `${seen.balance} (${seen.cache ?? '–'})`;
}

function after(milliseconds: number): Promise<false> {
  return new Promise((resolve) => setTimeout(() => resolve(false), milliseconds).unref());
}

export const STEP_TEXT: Text = {
  en: 'The stale read by hand: `start` makes a card in each city; then the reader or the writer goes on to its next point, or the balance is read.',
  es: 'La lectura obsoleta a mano: `start` crea una tarjeta en cada ciudad; después el lector o el escritor sigue hasta su próximo punto, o se lee el saldo.',
};
