/** A shorter text has no trigram, so no index can find it. */
const LEAST_INDEXED = 3;

/**
 * Returns SQL for whether a name contains a text. Accents and case make no difference. Every name contains null. If the text has
 * three letters or more, the index on the trigrams of the column finds the candidates.
 *
 * @param column a column of a table that has an index on `trigrams(search_text(column))`.
 * @param place the place of the parameter, such as `$3`.
 */
export function nameContains(column: string, place: string): string {
  const sought = `search_text(${place})`;
  return `(${place}::text IS NULL OR (
    (length(${sought}) < ${LEAST_INDEXED} OR trigrams(search_text(${column})) @> trigrams(${sought}))
    AND strpos(search_text(${column}), ${sought}) > 0))`;
}

/**
 * Returns SQL for whether a name has words that begin with the words of a text, all of them, in any order. Accents and case make no
 * difference. A text without a word finds nothing.
 *
 * @param name an expression that has an index on `name_words(…)`.
 * @param place the place of the parameter, such as `$3`.
 */
export function hasWords(name: string, place: string): string {
  return `name_words(${name}) @@ name_query(${place})`;
}
