import { StartupError } from '../../common/program/startup-error';

/** What is seeded. An option that is left out has a default, or follows from the others. */
export interface SeedOptions {
  /** The moment of seeding. The history ends at it. */
  readonly now: Date;
  readonly timeZone: string;
  /** The seed of the random numbers. The same seed at the same moment gives the same data. */
  readonly seed?: number;
  readonly cards?: number;
  readonly trips?: number;
  /** How many whole days of history there are before today. */
  readonly days?: number;
  readonly log?: (line: string) => void;
  /** Called with the number of trips that are written. */
  readonly progress?: (done: number, total: number) => void;
  /** Cancels the seeding. */
  readonly signal?: AbortSignal;
}

export interface SeedSize {
  readonly cards: number;
  readonly trips: number;
  readonly days: number;
}

const LEAST_CARDS = 100;
const DEFAULT_CARDS = 3_000;
const TRIPS_PER_CARD = 7;
const DEFAULT_DAYS = 7;
const MOST_TRIPS_A_DAY = 4;

export const SIZE_LIMITS = {
  cards: [LEAST_CARDS, 10_000_000],
  trips: [500, 200_000_000],
  days: [1, 366],
} as const;

/** Returns the size of the data.
 *
 * @throws StartupError if a number is out of range, or if there are too few cards for so many trips.
 */
export function sizeOf({ cards, trips, days = DEFAULT_DAYS }: Partial<SeedSize>): SeedSize {
  const enough =
    trips === undefined ? DEFAULT_CARDS : Math.max(LEAST_CARDS, Math.ceil(trips / TRIPS_PER_CARD));
  const someCards = cards ?? enough;
  const size = { cards: someCards, trips: trips ?? someCards * TRIPS_PER_CARD, days };
  for (const [name, [least, most]] of Object.entries(SIZE_LIMITS)) {
    const value = size[name as keyof SeedSize];
    if (!Number.isInteger(value) || value < least || value > most) {
      throw new StartupError(`${name} must be a whole number from ${least} to ${most}`);
    }
  }
  const most = size.cards * size.days * MOST_TRIPS_A_DAY;
  if (size.trips > most) {
    throw new StartupError(
      `${size.trips} trips are too many for ${size.cards} cards in ${size.days} days: at most ${most}`,
    );
  }
  return size;
}
