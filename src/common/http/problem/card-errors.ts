import { sentenceOf, type TakeBackLimit } from './access-errors';
import { DomainError } from './domain-error';

export class InsufficientBalanceError extends DomainError {
  static readonly code = 'insufficient_balance';

  /**
   * @param required the price of the boarding.
   * @param available the money on the card. Its credit is used up. Left out for who may not see it.
   */
  constructor(
    readonly required: number,
    available?: number,
  ) {
    const shortfall = available === undefined ? undefined : required - available;
    super(
      InsufficientBalanceError.code,
      available === undefined
        ? `The boarding costs ${required}; the card has less.`
        : `The boarding costs ${required}; the card has ${available}. It needs ${shortfall} more.`,
      { members: { required, available, shortfall } },
    );
  }
}

export class CardNotActiveError extends DomainError {
  static readonly code = 'card_not_active';

  constructor(cardId: number, status: string) {
    super(CardNotActiveError.code, `Card ${cardId} is ${status}, not active.`);
  }
}

export class IllegalTransitionError extends DomainError {
  static readonly code = 'illegal_transition';

  constructor(from: string, to: string) {
    super(IllegalTransitionError.code, `A card that is ${from} cannot become ${to}.`);
  }
}

export class AlreadyExistsError extends DomainError {
  static readonly code = 'already_exists';

  constructor(field: string) {
    super(AlreadyExistsError.code, `Another record has this ${field} already.`);
  }
}

export class RiderErasedError extends DomainError {
  static readonly code = 'rider_erased';

  constructor(userId?: number) {
    super(
      RiderErasedError.code,
      `The personal data of ${userId ? `rider ${userId}` : 'this rider'} was erased.`,
    );
  }
}

/** In whole units of the currency. */
interface UnsettledCard {
  readonly card_id: number;
  /** Below zero where the card owes money. */
  readonly balance: number;
  readonly debt: number;
  /** What waits for a validator to load it. */
  readonly pending_load: number;
}

export class BalanceNotSettledError extends DomainError {
  static readonly code = 'balance_not_settled';

  /** @param cards that have or owe something. */
  constructor(cards: readonly UnsettledCard[]) {
    super(BalanceNotSettledError.code, `The rider cannot be erased: ${cards.map(said).join(', ')}.`, {
      members: {
        cards: cards.map(({ card_id, balance, debt, pending_load }) => ({
          card_id,
          balance,
          debt,
          pending_load,
        })),
      },
    });
  }
}

function said({ card_id, balance, debt, pending_load }: UnsettledCard): string {
  const owed = debt - Math.min(balance, 0);
  if (owed > 0) return `card ${card_id} owes ${owed}`;
  return pending_load > 0 ? `card ${card_id} waits for ${pending_load}` : `card ${card_id} has ${balance}`;
}

export class PayoutLimitError extends DomainError {
  static readonly code = 'payout_limit';

  /** @param amount in whole units of the currency. */
  constructor(amount: number, limit: TakeBackLimit) {
    const { name, most, left } = limit;
    super(PayoutLimitError.code, `${amount} would be paid out; ${sentenceOf(limit)}.`, {
      members: { limit: name, most, left },
    });
  }
}

export class BalanceLimitError extends DomainError {
  static readonly code = 'balance_limit';

  constructor(balance: number, amount: number, most: number) {
    super(
      BalanceLimitError.code,
      `A balance of ${balance} plus ${amount} would exceed the largest balance, ${most}.`,
    );
  }
}

export class ActionReturnedError extends DomainError {
  static readonly code = 'action_returned';

  constructor(actionId: number) {
    super(ActionReturnedError.code, `The money of action ${actionId} went back to who paid it.`);
  }
}

export class AlreadyReversedError extends DomainError {
  static readonly code = 'already_reversed';

  constructor(rechargeId: number) {
    super(AlreadyReversedError.code, `Recharge ${rechargeId} has been reversed already.`);
  }
}

export class RechargeSpentError extends DomainError {
  static readonly code = 'recharge_spent';

  constructor(rechargeId: number, amount: number, available: number) {
    super(
      RechargeSpentError.code,
      `Recharge ${rechargeId} of ${amount} cannot be reversed, because the card has only ${available} left.`,
    );
  }
}

export class TransactionIdReusedError extends DomainError {
  static readonly code = 'transaction_id_reused';

  constructor() {
    super(
      TransactionIdReusedError.code,
      'This transaction_id belongs to a recharge of another card or amount.',
    );
  }
}
