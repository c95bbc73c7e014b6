import { basename, extname } from 'node:path';
import type { Client } from 'pg';
import { StartupError } from '../../common/program/startup-error';
import { LONGEST } from '../../common/text/lengths';

/**
 * The name of a feed, to which its rows belong: the given one; else that of the feed here that has the same agencies;
 * else, of a new one, that of its only agency, or of its file. It is read from what is staged and planned.
 *
 * @throws StartupError when it may be a feed that is here or another one.
 */
export async function nameFeed(target: Client, given: string | undefined, path: string): Promise<string> {
  if (given !== undefined) return given;
  const known = await findByAgencies(target);
  const [same, ...others] = known.filter(({ has_same }) => has_same);
  if (same && others.length === 0) return same.name;
  if (known.length > 0) {
    const names = known.map(({ name }) => name).join(', ');
    throw new StartupError(
      `the agencies of this feed are already here from the feeds ${names}: name one of them with --feed, or give a new name`,
    );
  }
  return await unusedName(target, await defaultName(target, path));
}

/** @throws StartupError for what can be no name of a feed. */
export function parseFeedName(text: string): string {
  if (/^[\p{L}\p{N}]([\p{L}\p{N}\p{M} ._-]{0,38}[\p{L}\p{N}\p{M}._-])?$/u.test(text))
    return text.normalize('NFC');
  throw new StartupError(
    `--feed must be up to ${LONGEST.feed} letters, digits, spaces and . _ - that begin with a letter or digit`,
  );
}

async function findByAgencies(target: Client): Promise<{ name: string; has_same: boolean }[]> {
  const { rows } = await target.query<{ name: string; has_same: boolean }>(
    `SELECT feeds.name,
       count(*) = count(planned.feed_code) AND count(*) = (SELECT count(*) FROM feed_agencies) AS has_same
     FROM feeds JOIN concessionaires known USING (feed_id)
     LEFT JOIN feed_agencies planned ON planned.feed_code = known.feed_code
     GROUP BY feeds.feed_id HAVING count(planned.feed_code) > 0
     ORDER BY feeds.name`,
  );
  return rows;
}

async function defaultName(target: Client, path: string): Promise<string> {
  const { rows: agencies } = await target.query<{ name: string }>(
    'SELECT feed_code AS name FROM feed_agencies ORDER BY source_row LIMIT 2',
  );
  const [only, ...others] = agencies.map(({ name }) => plainName(name));
  const ofFile = plainName(basename(path, extname(path)));
  return (others.length === 0 && only) || ofFile || 'gtfs';
}

/** What a feed with other agencies is called already is no name for this one; without any agency it is the same feed. */
async function unusedName(target: Client, name: string): Promise<string> {
  const { rows } = await target.query<{ name: string }>(
    `SELECT feeds.name FROM feeds JOIN concessionaires USING (feed_id) GROUP BY feeds.name`,
  );
  const used = new Set(rows.map((row) => row.name));
  let free = name;
  for (let n = 2; used.has(free); n++) free = `${name.slice(0, LONGEST.feed - 4)}-${n}`;
  return free;
}

/** Such as `metro-de-bogota` for `Metro de Bogotá`. */
function plainName(text: string): string {
  const letters = text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
    .toLowerCase();
  const words = letters.match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
  return [...words.join('-')].slice(0, LONGEST.feed).join('').replace(/-$/, '');
}
