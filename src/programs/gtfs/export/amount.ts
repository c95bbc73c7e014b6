/** How many decimals ISO 4217 gives a currency, where it is not 2. */
const DECIMALS: Readonly<Record<string, number>> = {
  ...decimals(0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'),
  ...decimals(3, 'BHD IQD JOD KWD LYD OMR TND'),
  ...decimals(4, 'CLF UYW'),
};

/**
 * An amount as GTFS wants it, with the decimals of ISO 4217: 3,550 whole Colombian pesos are `3550.00`. `Intl` knows
 * what is in use rather than the norm, and says 0 for them.
 */
export function formatAmount(amount: number, currency: string): string {
  const places = DECIMALS[currency] ?? 2;
  return places === 0 ? String(amount) : `${amount}.${'0'.repeat(places)}`;
}

function decimals(places: number, currencies: string): Record<string, number> {
  return Object.fromEntries(currencies.split(' ').map((currency) => [currency, places]));
}
