/** How many minutes are shown. */
export const RANGES = [15, 60, 180, 1440] as const;
export type Range = (typeof RANGES)[number];

export function rangeOf(text: string | undefined): Range {
  return RANGES.find((range) => String(range) === text) ?? 60;
}
