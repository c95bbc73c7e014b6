/** A shorter text has no trigram. */
const LEAST_INDEXED = 3;

/**
 * SQL: whether a name contains a text, whatever the accents and the case of both; null is contained in all. From three
 * letters on the index over the column's trigrams finds the candidates.
 *
 * @param column of a table that has an index on `trigrams(search_text(column))`.
 * @param place of the parameter, such as `$3`.
 */
export function nameContains(column: string, place: string): string {
  const sought = `search_text(${place})`;
  return `(${place}::text IS NULL OR (
    (length(${sought}) < ${LEAST_INDEXED} OR trigrams(search_text(${column})) @> trigrams(${sought}))
    AND strpos(search_text(${column}), ${sought}) > 0))`;
}
