/** What is left of a price by a rule that gives another or takes a percentage off; half a unit is rounded up, as boardings are. */
export function priceAfter(
  basePrice: number,
  { price, percent_off }: { readonly price: number | null; readonly percent_off: number | null },
): number {
  return price ?? Math.floor((basePrice * (100 - (percent_off ?? 0)) + 50) / 100);
}
