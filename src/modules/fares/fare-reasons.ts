import type { FareReasons } from './dto/fare-explanation.dto';
import type { FareDecision } from './engine/decide-fare';

/** Turns a decision of the engine into the members of a response. */
export function toFareReasons(fare: FareDecision, onCredit: boolean): FareReasons {
  return {
    product: fare.product,
    base_price: fare.basePrice,
    reason: fare.reason,
    concession: fare.concession,
    on_credit: onCredit,
    capped: fare.capped,
    passback: fare.passback,
    transfers_used: fare.transfersUsed,
    transfers_left: fare.transfersLeft,
    window_ends_at: fare.windowEndsAt === null ? null : new Date(fare.windowEndsAt * 1_000),
  };
}
