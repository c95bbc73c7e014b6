import type { Boarding, CardProfile } from './boarding';
import { type CardHistory, type Charge, NO_HISTORY, remember } from './card-history';
import { decideFare, type FareDecision } from './decide-fare';
import type { FareRules } from './fare-rules';

/** A boarding of a card, with its place in the order in which the card was used. */
export interface OrderedBoarding {
  readonly id: number;
  readonly boarding: Boarding;
  /** What its rider was told at a gate, which stays; null if it was decided without the rider, so it is decided again. */
  readonly told: Omit<Charge, 'id'> | null;
}

/**
 * Decides boardings in the order in which the card was used, whenever they were heard of. So the same boardings lead to the same
 * fares, in whatever order they arrive.
 *
 * @param boardings go back as far as the rules do, and are in their order.
 * @returns for each boarding its decision; null for one that was told, or that is before the first tariff.
 */
export function decideInOrder(
  rules: FareRules,
  card: CardProfile,
  boardings: readonly OrderedBoarding[],
): (FareDecision | null)[] {
  let history: CardHistory = NO_HISTORY;
  return boardings.map(({ id, boarding, told }) => {
    const decision = told ? null : decideFare(rules, card, history, boarding);
    const charge =
      told ??
      (decision && {
        isTransfer: decision.anchor !== null,
        amount: decision.amount,
        concession: decision.concession,
      });
    if (charge) history = remember(history, boarding, { id, ...charge });
    return decision;
  });
}
