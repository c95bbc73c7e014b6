/** Reads an amount as people write it: `20000`, `20.000` or `$ 20 000`. Null if it is none, or has a fraction. */
export function parseAmount(text: string): number | null {
  const written = text.replace(/[$\s\u00a0]/g, '');
  if (!/^(\d+|\d{1,3}([.,]\d{3})+)$/.test(written)) return null;
  const amount = Number(written.replace(/[.,]/g, ''));
  return Number.isSafeInteger(amount) && amount > 0 ? amount : null;
}
