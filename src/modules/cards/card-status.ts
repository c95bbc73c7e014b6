/** Only an active card is recharged or used; a lost one stays on the hotlist for ever. */
export const CARD_STATUSES = ['active', 'inactive', 'blocked', 'lost'] as const;
export type CardStatus = (typeof CARD_STATUSES)[number];
