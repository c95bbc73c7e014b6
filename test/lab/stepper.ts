import type { Text } from './experiments/text';
import {
  type Actor,
  ACTORS,
  type ActorState,
  type CityName,
  type StepperState,
  type StoredNow,
} from './shapes';
import { balanceKeyOf, type City, type LabCard } from './world/city';
import type { CityProcess } from './world/city-process';
import { Figures } from './world/figures';
import type { Hold } from './world/holds';
import type { HoldPoint } from './world/hold-point';
import type { World } from './world/world';
import { storedOf } from './stored';
import { CommandError } from './command';

/** What of the code a hold point stands behind. */
interface Place {
  readonly point: HoldPoint;
  /** The code up to the point. */
  readonly code: Text;
}

interface Program {
  readonly places: readonly Place[];
  /** The code behind the last point. */
  readonly rest: Text;
}

/** The two programs of each city, as they are stepped through. */
export const PROGRAMS: Readonly<Record<CityName, Readonly<Record<Actor, Program>>>> = {
  plain: {
    reader: {
      places: [
        {
          point: 'after miss',
          code: { en: 'value = GET key → nothing', es: 'valor = GET clave → nada' },
        },
        {
          point: 'after load',
          code: { en: 'value = SELECT balance', es: 'valor = SELECT saldo' },
        },
      ],
      rest: { en: 'SET key value; respond', es: 'SET clave valor; responder' },
    },
    writer: {
      places: [
        {
          point: 'after change',
          code: { en: 'BEGIN, UPDATE balance', es: 'BEGIN, UPDATE saldo' },
        },
        { point: 'after commit', code: { en: 'COMMIT', es: 'COMMIT' } },
      ],
      rest: { en: 'DEL key; respond', es: 'DEL clave; responder' },
    },
  },
  ours: {
    reader: {
      places: [
        {
          point: 'after miss',
          code: { en: 'value = GET key → nothing', es: 'valor = GET clave → nada' },
        },
        {
          point: 'after lease',
          code: {
            en: 'acquire key → a lease, or BYPASS under a mark',
            es: 'adquirir clave → un arrendamiento, o BYPASS bajo una marca',
          },
        },
        {
          point: 'after load',
          code: { en: 'value = SELECT balance', es: 'valor = SELECT saldo' },
        },
        { point: 'before fill', code: { en: 'respond', es: 'responder' } },
      ],
      rest: {
        en: 'fill key value → if the lease is still there',
        es: 'guardar clave valor → si el arrendamiento sigue ahí',
      },
    },
    writer: {
      places: [
        {
          point: 'after mark',
          code: {
            en: 'BEGIN, mark key → drops value and lease',
            es: 'BEGIN, marcar clave → quita valor y arrendamiento',
          },
        },
        {
          point: 'before release',
          code: { en: 'UPDATE balance; COMMIT; respond', es: 'UPDATE saldo; COMMIT; responder' },
        },
      ],
      rest: { en: 'release the mark', es: 'soltar la marca' },
    },
  },
};

const NOTHING_STORED: StoredNow = { database: null, cached: null, guards: [] };
const AMOUNT = 20_000;
const BEFORE = 10_000;
/** A program that has passed its last point is done soon. */
const DONE_MS = 3_000;

/** One request that goes from point to point, as far as it is told. */
class Walk {
  private hold: Hold | null = null;
  private at: number | null = null;
  private passed = 0;
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
    return { at: this.at, passed: this.passed, seen: this.seen };
  }

  /** Goes on to the next point, or to its end. */
  async next(): Promise<void> {
    const next = this.at === null ? 0 : this.at + 1;
    const place = this.program.places[next];
    const hold = place
      ? await this.city.hold(this.process, { point: place.point, subject: this.subject })
      : null;
    if (this.at === null) {
      this.passed = 0;
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
    if (isThere) {
      this.passed = next + 1;
      return;
    }
    hold?.release();
    await Promise.race([isDone, after(DONE_MS)]);
    if (!place) this.passed = next + 1;
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
  private stored: Record<CityName, StoredNow> = { ours: NOTHING_STORED, plain: NOTHING_STORED };

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
    const stepper = new Stepper(world, cards, walks);
    await stepper.look();
    return stepper;
  }

  get state(): StepperState {
    const { cards, walks, reads, figures, stored } = this;
    const actorsOf = (city: CityName): Record<Actor, ActorState> => ({
      reader: walks[city].reader.state,
      writer: walks[city].writer.state,
    });
    return {
      cards: { ours: cards.ours.id, plain: cards.plain.id },
      actors: { ours: actorsOf('ours'), plain: actorsOf('plain') },
      stored,
      reads,
      offences: { ours: figures.ours.offences, plain: figures.plain.offences },
    };
  }

  /** @throws CommandError for a city or an actor that there is not. */
  async step(cityName: string | undefined, what: string | undefined): Promise<void> {
    const city = this.world.cities.find(({ name }) => name === cityName);
    if (!city) throw new CommandError('a city is ours or plain');
    const actor = ACTORS.find((name) => name === what);
    if (!actor && what !== 'read') throw new CommandError(`a step is ${ACTORS.join(', ')} or read`);
    if (actor) await this.walks[city.name][actor].next();
    else {
      const seen = await readOnce(city, city.process(1), this.cards[city.name], this.figures[city.name]);
      this.reads.unshift({ city: city.name, seen });
    }
    await this.look();
  }

  /** Looks at what both cities have stored now. */
  private async look(): Promise<void> {
    const { ours, plain, redis } = this.world;
    const [nowOurs, nowPlain] = await Promise.all([
      storedOf(ours, redis, this.cards.ours),
      storedOf(plain, redis, this.cards.plain),
    ]);
    this.stored = { ours: nowOurs, plain: nowPlain };
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
