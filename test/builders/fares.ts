import { ServiceCalendar } from '../../src/common/time/service-calendar';
import type { Boarding, CardProfile, Label } from '../../src/modules/fares/engine/boarding';
import { type CardHistory, NO_HISTORY, remember } from '../../src/modules/fares/engine/card-history';
import { decideFare, type FareDecision } from '../../src/modules/fares/engine/decide-fare';
import { FareRules } from '../../src/modules/fares/engine/fare-rules';
import type { FareComponent } from '../../src/modules/fares/route-type';

export const PERSONALISED: CardProfile = { personalised: true, category: 'standard' };
export const BASIC: CardProfile = { personalised: false, category: 'standard' };

const calendar = new ServiceCalendar('America/Bogota');
let nextLabel = 0;

/** A boarding at a time of Bogotá, such as `2025-06-02 07:00` or `07:00:59`; on a route and at a stop of its own. */
export function boarding(
  component: FareComponent,
  time: string,
  { route, station }: { route?: Label; station?: Label } = {},
): Boarding {
  const at = new Date(`${time.replace(' ', 'T')}-05:00`);
  nextLabel += 1;
  return {
    at: Math.floor(at.getTime() / 1_000),
    day: calendar.dayOf(at),
    component,
    route: route ?? `route ${nextLabel}`,
    station: station ?? `station ${nextLabel}`,
  };
}

/** Decides a sequence of boardings, each of which the card could pay. */
export function decideAll(
  rules: FareRules,
  card: CardProfile,
  boardings: readonly Boarding[],
): (FareDecision & { readonly id: number })[] {
  let history: CardHistory = NO_HISTORY;
  return boardings.map((each, id) => {
    const decision = decideFare(rules, card, history, each);
    if (!decision) throw new Error(`no tariff holds on ${each.day}`);
    const { amount, concession, anchor } = decision;
    history = remember(history, each, { id, isTransfer: anchor !== null, amount, concession });
    return { ...decision, id };
  });
}
