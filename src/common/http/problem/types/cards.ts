import { HttpStatus } from '@nestjs/common';
import type { ProblemTypes } from './problem-type';

/** Cards, and the money on them. */
export const CARD_PROBLEMS = {
  insufficient_balance: {
    status: HttpStatus.PAYMENT_REQUIRED,
    title: 'The card has too little money.',
    when:
      'The fare is more than the balance, and the card has no boarding on credit left. The document has the fare in ' +
      '`required`. Callers with the scope `cards:balance` also get the balance in `available` and the difference in `shortfall`.',
    advice: 'Recharge the card, then board again.',
  },
  card_not_active: {
    status: HttpStatus.CONFLICT,
    title: 'The card is not active.',
    when: 'The card is inactive, blocked or lost, so it can neither be recharged nor used for boarding.',
    advice: 'Use another card, or set the status of this one to active first; a lost card stays lost.',
  },
  illegal_transition: {
    status: HttpStatus.CONFLICT,
    title: 'The card cannot get this status.',
    when: 'A lost card was to get another status.',
    advice: 'Issue a new card to the rider.',
  },
  already_exists: {
    status: HttpStatus.CONFLICT,
    title: 'Another record has this value.',
    when: 'A new card or rider has a card_number, email or id_number that another one has.',
    advice: 'Use the record that exists, or send another value.',
  },
  rider_erased: {
    status: HttpStatus.CONFLICT,
    title: 'The rider was erased.',
    when: 'A rider whose personal data was erased is to get a card or a key, or a card of the rider another status.',
    advice: 'Register the person as a new rider.',
  },
  balance_not_settled: {
    status: HttpStatus.CONFLICT,
    title: 'A card of the rider has money or owes some.',
    when:
      'A rider is to be erased while a card has a balance, and the request does not say `pay_out`, or while a card ' +
      'owes money or waits for a recharge. The document has those cards in `cards`.',
    advice:
      'Send pay_out as true to give the money back; what is owed has to be paid by a recharge first, and a recharge that waits for a validator reversed.',
  },
  payout_limit: {
    status: HttpStatus.FORBIDDEN,
    title: 'More would be paid out than an agent may.',
    when:
      'An erasure would pay out more than AGENT_MOST_REVERSAL, or more than is left of AGENT_MOST_REVERSAL_DAY, and the ' +
      'caller is an agent. The member `limit` says which; `most` and `left` are in whole units of the currency.',
    advice: 'Ask a person whose role has no limit.',
  },
  balance_limit: {
    status: HttpStatus.CONFLICT,
    title: 'The card cannot hold this much money.',
    when: 'The balance and the amount of the recharge together are more than a card may hold.',
    advice: 'Recharge a smaller amount.',
  },
  action_returned: {
    status: HttpStatus.CONFLICT,
    title: 'The money of the action went back.',
    when: 'A validator collects a recharge that nobody had collected in `ACTION_DAYS` days, or that was reversed before.',
    advice: 'Do not load it. GET /recharges/{recharge_id} shows when it was reversed.',
  },
  already_reversed: {
    status: HttpStatus.CONFLICT,
    title: 'The recharge was reversed before.',
    when: 'A recharge is to be reversed for the second time, by a request with another Idempotency-Key or without one.',
    advice: 'Nothing has to be done: the money was taken off the card by the first reversal.',
  },
  recharge_spent: {
    status: HttpStatus.CONFLICT,
    title: 'The money of the recharge was spent.',
    when: 'The card has less money left than the recharge that is to be reversed.',
    advice: 'Wait until the card has enough money again, or leave the recharge as it is.',
  },
  transaction_id_reused: {
    status: HttpStatus.UNPROCESSABLE_ENTITY,
    title: 'The transaction_id belongs to another recharge.',
    when: 'A recharge has the transaction_id of an earlier one, and another card or amount.',
    advice:
      'Send a new transaction_id for a new recharge, or the card and amount of the first one to repeat it.',
  },
} as const satisfies ProblemTypes;
