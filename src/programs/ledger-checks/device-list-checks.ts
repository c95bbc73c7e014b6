import type { LedgerCheck } from './check';

/** SQL: the first 8 bytes of the SHA-256 of a member, as a signed number; sums of it are the same modulo 2^64. */
const DIGEST = `('x' || substr(encode(sha256(convert_to(member, 'UTF8')), 'hex'), 1, 16))::bit(64)::bigint`;
const modulo = (number: string): string =>
  `mod(mod(${number}, 18446744073709551616) + 18446744073709551616, 18446744073709551616)`;

/** What must hold for the lists that validators keep a copy of. */
export const deviceListChecks: readonly LedgerCheck[] = [
  {
    // A card that was noted is numbered when the list is read next.
    name: 'the hotlist has exactly the cards that are blocked or lost, or owe more than is tolerated',
    breaks: `
      WITH wanted AS (
        SELECT card_number AS member, card_id FROM cards
        WHERE status IN ('blocked', 'lost') OR debt > (SELECT debt_above FROM device_lists WHERE list = 'hotlist')),
      listed AS (SELECT member, version FROM device_list_members WHERE list = 'hotlist' AND is_listed)
      SELECT card.card_id, status, debt, listed.version
      FROM wanted FULL JOIN listed USING (member) LEFT JOIN cards card ON card_number = member
      WHERE (wanted.member IS NULL OR listed.member IS NULL)
        AND NOT EXISTS (SELECT FROM device_list_changes WHERE list = 'hotlist' AND subject_id = card.card_id)`,
  },
  {
    name: 'each list of the validators has the members, the checksum and the version that it says',
    breaks: `
      SELECT list, version, newest, members, counted, checksum, summed
      FROM (SELECT list, coalesce(max(version), 0) AS newest, count(*) FILTER (WHERE is_listed) AS counted,
                   ${modulo(`coalesce(sum(${DIGEST}) FILTER (WHERE is_listed), 0)`)} AS summed
            FROM device_list_members GROUP BY list) found
      RIGHT JOIN device_lists USING (list)
      WHERE version <> greatest(newest, compacted_through) OR members <> coalesce(counted, 0) OR checksum <> coalesce(summed, 0)`,
  },
];
