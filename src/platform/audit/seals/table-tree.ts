/**
 * Returns a `WITH` query, to be put behind `WITH RECURSIVE`: `tree` has tables as `root`, and each of them with its partitions, and
 * theirs, as `relation`.
 *
 * @param roots selects the oids of the tables.
 */
export function treeOf(roots: string): string {
  return `tree (root, relation) AS (
    SELECT root, root FROM (${roots}) AS roots (root)
    UNION SELECT root, inhrelid FROM tree JOIN pg_inherits ON inhparent = relation)`;
}
