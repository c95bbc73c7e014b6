/** A kind that the feed shouts, such as `PORTAL` or `ZONAL_UCE`, as people write it. Others stay as they are. */
export function inWords(kind: string): string {
  if (kind !== kind.toUpperCase()) return kind;
  const words = kind.replaceAll('_', ' ').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
