/** No fare is dearer than this, in whole units of the currency. */
export const MOST_MONEY = 1_000_000_000;
