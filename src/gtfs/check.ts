import type { Client } from 'pg';
import { missing, refuseDangling, remark, remarkRepeated, unknownWords } from '../import/remarks';
import type { FeedTable } from './tables/feed-table';

/**
 * Finds what there is to say about each staged row of a file; those that it refers to were checked before.
 *
 * @param read the tables whose files could be read.
 */
export async function check(target: Client, table: FeedTable, read: ReadonlySet<string>): Promise<void> {
  const { name, required, oneOf, refused = [], unique = {}, references = {}, noted = [] } = table;
  await target.query(remark(name, 'reasons', [...missing(required), ...unknownWords(oneOf), ...refused]));
  for (const [shared, expressions] of Object.entries(unique)) {
    await target.query(
      remarkRepeated({ name, to: 'reasons', shared, expressions, called: 'line', by: 'source_row' }),
    );
  }
  for (const [column, [referred, id]] of Object.entries(references)) {
    // That a file is missing is said once, not about each row.
    if (!read.has(referred)) continue;
    await target.query(refuseDangling(name, column, { name: referred, id }));
  }
  if (noted.length > 0) await target.query(remark(name, 'notes', noted));
}
