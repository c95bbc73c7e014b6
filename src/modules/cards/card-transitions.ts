import type { CardStatus } from './card-status';

/** What a card may become. A lost card stays on the hotlist for ever. */
const TRANSITIONS: Readonly<Record<CardStatus, readonly CardStatus[]>> = {
  active: ['inactive', 'blocked', 'lost'],
  inactive: ['active', 'blocked', 'lost'],
  blocked: ['active', 'inactive', 'lost'],
  lost: [],
};

export function isLegalTransition(from: CardStatus, to: CardStatus): boolean {
  return TRANSITIONS[from].includes(to);
}
