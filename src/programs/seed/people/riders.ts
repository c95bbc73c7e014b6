import { CARD_STATUSES, type CardStatus } from '../../../modules/cards/card-status';
import type { RouteType } from '../../../modules/fares/route-type';
import { RIDER_CATEGORIES, type RiderCategory } from '../../../modules/users/user.entity';
import { Dice, Urn } from '../../../common/dice';
import type { City } from '../network/city';
import { drawItinerary, type Leg } from './itineraries';

/** A second after all others. */
export const NEVER = 2 ** 31 - 1;

/** The first cards are examples: three active cards with users, a card without a user, and one card of each other status. */
const EXAMPLE_STATUSES: readonly CardStatus[] = [
  'active',
  'active',
  'active',
  'active',
  'inactive',
  'blocked',
  'lost',
];
const BASIC_EXAMPLE = 3;
const EXAMPLE_USERS = 3;

const BASIC_SHARE = 0.2;
const SECOND_CARD_SHARE = 0.08;
const USER_WITHOUT_CARD_SHARE = 0.03;
const NO_SECOND_LEG = 0xffff;
const YEARS_OF_CARDS = 2;
/** One in so many riders knows about the credit and uses it. */
const CREDIT_RIDER_EVERY = 25;
/** One in so many riders boards without money where a validator has no connection. */
const DEBT_RIDER_EVERY = 30;
/** The share of the users in each category, in percent. */
const CATEGORIES = new Urn<RiderCategory>([
  [74, 'standard'],
  [14, 'senior'],
  [10, 'sisben'],
  [2, 'disability'],
]);

/** The cards and the journeys of their riders, in arrays, because there may be millions. The index of a card is its id - 1. */
export class Riders {
  /** The id of each card's user. It is 0 for a card without a user. */
  readonly userOf: Int32Array;
  readonly users: number;
  /** The second at which the card was blocked or lost. */
  readonly quitAt: Int32Array;
  private readonly statuses: Uint8Array;
  /** The category of each user, from the user with the id 1. */
  private readonly categories: Uint8Array;
  private readonly first: LegColumns;
  private readonly second: LegColumns;

  constructor(
    readonly count: number,
    city: City,
    seconds: number,
    seed: number,
  ) {
    this.userOf = new Int32Array(count);
    this.quitAt = new Int32Array(count).fill(NEVER);
    this.statuses = new Uint8Array(count);
    this.first = legColumns(count);
    this.second = legColumns(count);
    const dice = new Dice(seed, 'cards');
    this.users = this.issue(dice);
    this.categories = this.drawCategories(new Dice(seed, 'categories'));
    this.setStatuses(dice, seconds);
    this.settle(city, new Dice(seed, 'itineraries'));
  }

  statusOf(card: number): CardStatus {
    return CARD_STATUSES[this.statuses[card] ?? 0] ?? 'active';
  }

  categoryOfUser(user: number): RiderCategory {
    return RIDER_CATEGORIES[this.categories[user - 1] ?? 0] ?? 'standard';
  }

  /** Returns the category of the card's user. A card without a user has no concession. */
  categoryOf(card: number): RiderCategory {
    return this.categoryOfUser(this.userOf[card] ?? 0);
  }

  /** Whether the rider sometimes boards without enough money on the card. */
  ridesOnCredit(card: number): boolean {
    return card >= EXAMPLE_STATUSES.length && card % CREDIT_RIDER_EVERY === 0 && this.userOf[card] !== 0;
  }

  /** Whether the rider boards without money where the validator cannot know it. Their journeys have one leg. */
  ridesOnDebt(card: number): boolean {
    return (
      card >= EXAMPLE_STATUSES.length &&
      card % DEBT_RIDER_EVERY === 1 &&
      !this.ridesOnCredit(card) &&
      this.second.route[card] === NO_SECOND_LEG
    );
  }

  /** Returns the journey from home, which has one or two legs. */
  legsOf(card: number): readonly [Leg, Leg | null] {
    const first = readLeg(this.first, card);
    return [first, this.second.route[card] === NO_SECOND_LEG ? null : readLeg(this.second, card)];
  }

  /** Returns how many days ago a card was acquired. Later cards have higher ids. The last ones were acquired yesterday. */
  acquiredDaysAgo(card: number): number {
    return 1 + Math.floor((1 - card / this.count) * YEARS_OF_CARDS * 365);
  }

  /** Returns the index of the first day on which a card can be used: the day after it was acquired. */
  firstDayOf(card: number, daysOfHistory: number): number {
    return Math.max(0, daysOfHistory - this.acquiredDaysAgo(card) + 1);
  }

  /** Gives most cards a user. It returns how many users there are, of which some have no card. */
  private issue(dice: Dice): number {
    let users = 0;
    for (let card = 0; card < this.count; card += 1) {
      if (card === BASIC_EXAMPLE || (card > BASIC_EXAMPLE && dice.chance(BASIC_SHARE))) continue;
      if (card > BASIC_EXAMPLE && dice.chance(USER_WITHOUT_CARD_SHARE)) users += 1;
      const isSecond = card > BASIC_EXAMPLE && dice.chance(SECOND_CARD_SHARE);
      this.userOf[card] = isSecond ? dice.between(1, users) : (users += 1);
    }
    return users;
  }

  private drawCategories(dice: Dice): Uint8Array {
    const categories = new Uint8Array(this.users);
    for (let user = EXAMPLE_USERS; user < this.users; user += 1)
      categories[user] = RIDER_CATEGORIES.indexOf(CATEGORIES.draw(dice));
    return categories;
  }

  private setStatuses(dice: Dice, seconds: number): void {
    const urn = new Urn<CardStatus>([
      [92, 'active'],
      [4, 'inactive'],
      [2, 'blocked'],
      [2, 'lost'],
    ]);
    for (let card = 0; card < this.count; card += 1) {
      const status = EXAMPLE_STATUSES[card] ?? urn.draw(dice);
      this.statuses[card] = CARD_STATUSES.indexOf(status);
      if (status !== 'active') this.quitAt[card] = dice.below(seconds);
    }
  }

  private settle(city: City, dice: Dice): void {
    const urn = new Urn(city.routes.map((route, index) => [POPULARITY[route.type], index] as const));
    for (let card = 0; card < this.count; card += 1) {
      const [first, second] = drawItinerary(city, urn.draw(dice), dice);
      writeLeg(this.first, card, first);
      if (second) writeLeg(this.second, card, second);
      else this.second.route[card] = NO_SECOND_LEG;
    }
  }
}

/** The share of riders who begin their day on a route of each type. */
const POPULARITY: Readonly<Record<RouteType, number>> = {
  TRONCAL: 10,
  DUAL: 5,
  CABLE: 8,
  ZONAL_UCE: 6,
  ALIMENTADORA: 9,
};

interface LegColumns {
  readonly route: Uint16Array;
  readonly from: Uint8Array;
  readonly to: Uint8Array;
}

function legColumns(count: number): LegColumns {
  return { route: new Uint16Array(count), from: new Uint8Array(count), to: new Uint8Array(count) };
}

function readLeg({ route, from, to }: LegColumns, card: number): Leg {
  return { route: route[card] ?? 0, from: from[card] ?? 0, to: to[card] ?? 0 };
}

function writeLeg(columns: LegColumns, card: number, { route, from, to }: Leg): void {
  columns.route[card] = route;
  columns.from[card] = from;
  columns.to[card] = to;
}
