import type { Boarding, CardProfile } from '../../../src/modules/fares/engine/boarding';
import { type CardHistory, NO_HISTORY, remember } from '../../../src/modules/fares/engine/card-history';
import { pay } from '../../../src/modules/fares/engine/credit';
import { decideFare } from '../../../src/modules/fares/engine/decide-fare';
import { FareRules } from '../../../src/modules/fares/engine/fare-rules';
import { ServiceCalendar } from '../../../src/common/time/service-calendar';
import { Dice } from '../../../src/common/dice';
import { alone, type Measure, median, type Row } from '../row';
import { BOGOTA } from '../bogota-rules';

const SEED = 20_261_123;
const CARDS = 2_000;
const BOARDINGS = 100_000;
const ROUNDS = 9;
const WANTED = 200_000;

const CATEGORIES = ['standard', 'standard', 'standard', 'senior', 'sisben', 'disability'] as const;

/** How many boardings a second of one core decides, each with the history that the ones before it left. */
export const fareEngine: Row = {
  name: 'fare-engine',
  isQuick: true,
  run: () => Promise.resolve([run()]),
};

function run(): Measure {
  const rules = new FareRules(BOGOTA);
  const taps = makeTaps();
  const perSecond = Array.from({ length: ROUNDS }, () => {
    const before = process.cpuUsage();
    decideAll(rules, taps);
    const { user, system } = process.cpuUsage(before);
    return BOARDINGS / ((user + system) / 1_000_000);
  });
  return alone('boardings that one core decides', 'boardings/s of CPU time', median(perSecond), {
    leastValue: WANTED,
  });
}

interface Tap {
  readonly card: number;
  readonly boarding: Boarding;
}

/** A month of taps, half of them within the window of the one before. */
function makeTaps(): readonly Tap[] {
  const dice = new Dice(SEED, 'fare engine');
  const calendar = new ServiceCalendar('America/Bogota');
  const now = new Array<number>(CARDS).fill(Date.UTC(2026, 5, 1, 10) / 1_000);
  return Array.from({ length: BOARDINGS }, () => {
    const card = dice.below(CARDS);
    const at =
      (now[card] ?? 0) + (dice.chance(0.5) ? dice.between(300, 5_000) : dice.between(15_000, 60_000));
    now[card] = at;
    return {
      card,
      boarding: {
        at,
        day: calendar.dayOf(new Date(at * 1_000)),
        component: dice.chance(0.4) ? ('trunk' as const) : ('zonal' as const),
        route: dice.below(500),
        station: dice.below(7_000),
      },
    };
  });
}

function decideAll(rules: FareRules, taps: readonly Tap[]): void {
  const histories = new Array<CardHistory>(CARDS).fill(NO_HISTORY);
  taps.forEach(({ card, boarding }, id) => {
    const profile: CardProfile = {
      personalised: card % 5 !== 0,
      category: CATEGORIES[card % CATEGORIES.length] ?? 'standard',
    };
    const history = histories[card] ?? NO_HISTORY;
    const fare = decideFare(rules, profile, history, boarding);
    if (!fare) throw new Error('no tariff holds');
    pay(fare.amount, 10_000, 2);
    const { amount, concession, anchor } = fare;
    histories[card] = remember(history, boarding, { id, isTransfer: anchor !== null, amount, concession });
  });
}
