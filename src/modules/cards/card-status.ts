/** Only an active card is recharged or used; a lost one stays on the hotlist for ever. */
export const CARD_STATUSES = ['active', 'inactive', 'blocked', 'lost'] as const;
export type CardStatus = (typeof CARD_STATUSES)[number];

/** Why a status is changed. It is a closed set because the audit trail keeps it: a person's own words may name people. */
export const STATUS_REASONS = [
  'rider_request',
  'reported_lost',
  'stolen',
  'damaged',
  'suspected_fraud',
  'resolved',
  'mistake',
  'other',
] as const;
export type StatusReason = (typeof STATUS_REASONS)[number];
