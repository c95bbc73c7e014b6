import type { Client } from 'pg';
import { StartupError } from '../../../common/program/startup-error';
import { LONGEST } from '../../../common/text/lengths';
import type { KnownFeed } from './known-feed';

/** Rows that belong to feeds, and the table of this session that says which of them a feed has. */
export interface OwnedTable {
  readonly table: 'concessionaires' | 'stations' | 'routes';
  readonly id: string;
  /** It is unique among the rows of all feeds. */
  readonly code: string;
  readonly longest: number;
  /** It has the column `feed_code`, what the feed calls a row, and `id` and `code`, which are found here. */
  readonly planned: string;
  /** The file of the feed in which they are. */
  readonly file: string;
  /** What the report calls one of them. */
  readonly kind: string;
}

export const CONCESSIONAIRES: OwnedTable = {
  table: 'concessionaires',
  id: 'concessionaire_id',
  code: 'name',
  longest: LONGEST.name,
  planned: 'feed_agencies',
  file: 'agency',
  kind: 'concessionaire',
};

export const STATIONS: OwnedTable = {
  table: 'stations',
  id: 'station_id',
  code: 'station_code',
  longest: LONGEST.code,
  planned: 'feed_stations',
  file: 'stops',
  kind: 'station',
};

export const ROUTES: OwnedTable = {
  table: 'routes',
  id: 'route_id',
  code: 'route_code',
  longest: LONGEST.code,
  planned: 'feed_routes',
  file: 'routes',
  kind: 'route',
};

/**
 * Finds the rows of a feed by what it calls them. What has such a code and belongs to no feed is the feed's from now on;
 * what is new and finds its code taken gets another one, with the name of the feed.
 *
 * @throws StartupError when that one can't be had either.
 */
export async function assignCodes(target: Client, feed: KnownFeed, owned: OwnedTable): Promise<void> {
  const { table, id, code, planned, file, kind } = owned;
  await findOwnRows(target, feed, owned);
  await target.query(
    `UPDATE ${table} known SET feed_id = $1, feed_code = given.feed_code
     FROM ${planned} given
     WHERE given.${id} IS NULL AND known.feed_id IS NULL AND known.${code} = given.feed_code`,
    [feed.feedId],
  );
  await target.query(
    `UPDATE source_${file} s SET notes = array_append(notes, format('the ${kind} %s belonged to no feed: it now belongs to the feed %s', known.${code}, $2::text))
     FROM ${planned} given JOIN ${table} known ON known.feed_id = $1 AND known.feed_code = given.feed_code
     WHERE given.${id} IS NULL AND given.source_row = s.source_row`,
    [feed.feedId, feed.name],
  );
  await findOwnRows(target, feed, owned);
  await target.query(
    `UPDATE ${planned} new
     SET ${code} = CASE WHEN owner.name IS NULL THEN new.feed_code ELSE $1 || ':' || new.feed_code END
     FROM ${planned} given LEFT JOIN ${table} known ON known.${code} = given.feed_code
       LEFT JOIN feeds owner USING (feed_id)
     WHERE new.${id} IS NULL AND given.source_row = new.source_row`,
    [feed.name],
  );
  await target.query(
    `UPDATE source_${file} s SET notes = array_append(notes,
       format('the code %s belongs to a ${kind} of the feed %s: here it is %s', given.feed_code, owner.name, given.${code}))
     FROM ${planned} given JOIN ${table} known ON known.${code} = given.feed_code JOIN feeds owner USING (feed_id)
     WHERE given.${id} IS NULL AND given.source_row = s.source_row`,
  );
  await requireFreeCodes(target, owned);
}

/** Fills in what is here of the feed: once to find it, and once more when the rest was written. */
export async function findOwnRows(target: Client, { feedId }: KnownFeed, owned: OwnedTable): Promise<void> {
  const { table, id, code, planned } = owned;
  await target.query(
    `UPDATE ${planned} given SET ${id} = known.${id}, ${code} = known.${code}
     FROM ${table} known
     WHERE given.${id} IS NULL AND known.feed_id = $1 AND known.feed_code = given.feed_code`,
    [feedId],
  );
}

async function requireFreeCodes(
  target: Client,
  { table, id, code, planned, longest }: OwnedTable,
): Promise<void> {
  const { rows } = await target.query<{ code: string }>(
    `SELECT given.${code} AS code
     FROM ${planned} given LEFT JOIN ${table} known ON known.${code} = given.${code}
     WHERE given.${id} IS NULL
     GROUP BY given.${code}
     HAVING count(*) > 1 OR count(known.${code}) > 0 OR length(given.${code}) > ${longest}
     ORDER BY 1 LIMIT 1`,
  );
  if (rows[0] === undefined) return;
  throw new StartupError(
    `nothing is imported, because the code ${rows[0].code} is already used or too long: give the feed another name with --feed`,
  );
}
