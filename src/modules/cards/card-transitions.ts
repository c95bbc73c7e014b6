import type { CardStatus } from './card-status';

/** The statuses that each status may change to. A lost card stays on the hotlist for ever. */
const TRANSITIONS: Readonly<Record<CardStatus, readonly CardStatus[]>> = {
  active: ['inactive', 'blocked', 'lost'],
  inactive: ['active', 'blocked', 'lost'],
  blocked: ['active', 'inactive', 'lost'],
  lost: [],
};

export function isLegalTransition(from: CardStatus, to: CardStatus): boolean {
  return TRANSITIONS[from].includes(to);
}
