/** The categories of riders who may pay less than the standard price. */
export const CONCESSION_CATEGORIES = ['senior', 'sisben', 'disability'] as const;
export type ConcessionCategory = (typeof CONCESSION_CATEGORIES)[number];
