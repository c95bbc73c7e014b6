/**
 * Applies a rule to the full fare: the rule sets a price or takes a percentage off. Half a unit is rounded up at the
 * end.
 */
export function priceAfter(
  basePrice: number,
  { price, percent_off }: { readonly price: number | null; readonly percent_off: number | null },
): number {
  return price ?? Math.floor((basePrice * (100 - (percent_off ?? 0)) + 50) / 100);
}
