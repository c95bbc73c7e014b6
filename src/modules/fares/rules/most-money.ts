/** The highest price and the highest daily cap, in whole units of the currency. */
export const MOST_MONEY = 1_000_000_000;
