import type { Client, ClientBase } from 'pg';
import { withCacheOff } from '../../platform/cache/protocol/with-cache-off';
import { StartupError } from '../../common/program/startup-error';
import { withLockTimeout } from '../bulk-load/locks';
import type { TableCounts } from '../bulk-load/outcome';
import { check } from './check';
import type { Feed } from './feed/feed';
import { importFares, type FaresWanted } from './fares/import-fares';
import { countRows, createFindings, recordFinding, writeFindings } from './findings';
import type { ImportArguments } from './import-arguments';
import { nameFeed } from './name-feed';
import { createFeed, findFeed } from './network/known-feed';
import { findRouteTypes, planNetwork } from './network/plan-network';
import { deactivateMissing, writeNetwork, type Changes } from './network/write-network';
import { IMPORTED_TABLES, recordImport } from './record-import';
import { RowLimit } from './row-limit';
import { stage } from './stage';
import { fareTables } from './tables/fare-tables';
import { fileOf, type FeedTable } from './tables/feed-table';
import { networkTables, requiredTables } from './tables/network-tables';

/** What became of a feed. */
export interface FeedResult {
  readonly counts: readonly TableCounts[];
  readonly changes: readonly Changes[];
  /** How many rows of fares were written; null when they were left alone. */
  readonly fareRows: number | null;
  /** To which the network belongs. */
  readonly feed: string;
}

/** How a feed is to be taken. */
export interface FeedRequest extends Omit<ImportArguments, 'reportPath' | 'faresFrom' | 'faresForAll'> {
  readonly reportPath: string;
  /** Null: the fares are left alone. */
  readonly fares: FaresWanted | null;
  readonly currency: string;
}

/**
 * Takes a feed into the database: it is read and checked in tables of this session, then written in one transaction.
 *
 * @throws StartupError when nothing of it can be taken.
 */
export async function importFeed(
  feed: Feed,
  target: Client,
  targetUrl: string,
  request: FeedRequest,
  log: (line: string) => void,
): Promise<FeedResult> {
  const tables = [...networkTables, ...(request.fares ? fareTables(request.currency) : [])];
  checkFiles(feed, request);
  checkSize(feed, tables, request.limits.bytes);
  await createFindings(target);
  await recordFiles(target, feed, tables, request);
  const rowLimit = new RowLimit(request.limits.rows);
  const read = new Set<string>();
  for (const table of tables) {
    if (feed.files.includes(fileOf(table))) log(`Reading ${fileOf(table)}`);
    if (await stage(target, feed, table, rowLimit)) read.add(table.name);
  }
  await findRouteTypes(target, request.routeTypes);
  log('Checking');
  for (const table of tables) await check(target, table, read);
  await planNetwork(target, request.routeTypes);
  if (request.deactivateMissing) await checkComplete(target, tables);
  const name = await nameFeed(target, request.feedName, request.path);
  log(`The feed is ${name}`);

  const write = async (beforeCommit?: (client: ClientBase) => Promise<void>): Promise<FeedResult> => {
    await target.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    try {
      const written = await writeFeed(target, { feed, name, read }, request);
      await writeFindings(target, tables, request.reportPath, request.limits.findings);
      const counts = await countRows(target, tables);
      await beforeCommit?.(target);
      await target.query(beforeCommit ? 'COMMIT' : 'ROLLBACK');
      return { counts, feed: name, ...written };
    } catch (error) {
      // If the connection is lost, the transaction is rolled back anyway.
      await target.query('ROLLBACK').catch(() => undefined);
      throw error;
    }
  };
  log('Writing');
  return request.dryRun ? write() : withCacheOff(targetUrl, write);
}

/** A feed that is staged: its files, its name here, and the tables of it that could be read. */
interface StagedFeed {
  readonly feed: Feed;
  readonly name: string;
  readonly read: ReadonlySet<string>;
}

async function writeFeed(
  target: Client,
  { feed, name, read }: StagedFeed,
  { fares, routeTypes, ...request }: FeedRequest,
): Promise<Pick<FeedResult, 'changes' | 'fareRows'>> {
  await withLockTimeout(target, async () => {
    await target.query(`LOCK TABLE ${IMPORTED_TABLES.join(', ')} IN SHARE ROW EXCLUSIVE MODE`);
  });
  const hasNetwork = requiredTables.some((table) => read.has(table.name));
  const known = (await findFeed(target, name)) ?? (hasNetwork ? await createFeed(target, name) : null);
  const changes = hasNetwork && known ? await writeNetwork(target, known) : [];
  if (request.deactivateMissing && known) await deactivateMissing(target, known);
  const hasRoutes = feed.files.includes('routes.txt');
  const fareRows = fares
    ? await importFares(target, { hasRoutes, known, read }, fares, routeTypes.byNetwork)
    : null;
  await recordImport(target, known?.feedId ?? null);
  await target.query('ANALYZE concessionaires, stations, routes, route_stops');
  return { changes, fareRows };
}

function checkFiles(feed: Feed, { fares, currency }: FeedRequest): void {
  const known = [...networkTables, ...fareTables(currency)].map(fileOf);
  if (!known.some((file) => feed.files.includes(file))) {
    throw new StartupError('the feed has none of the files of GTFS');
  }
  if (fares && !(feed.files.includes('fare_leg_rules.txt') && feed.files.includes('fare_products.txt'))) {
    throw new StartupError(
      'the feed has no fares (fare_products.txt and fare_leg_rules.txt): leave out --fares-from',
    );
  }
}

/** Only of what is read. */
function checkSize(feed: Feed, tables: readonly FeedTable[], most: number): void {
  const files = tables.map(fileOf).filter((file) => feed.files.includes(file));
  const bytes = files.reduce((total, file) => total + feed.sizeOf(file), 0);
  if (bytes <= most) return;
  throw new StartupError(
    `the files of the feed have ${bytes} bytes, and at most ${most} are read: a larger --max-megabytes allows more`,
  );
}

/** A feed of fares alone, as the export writes it, lacks nothing. */
async function recordFiles(
  target: Client,
  feed: Feed,
  tables: readonly FeedTable[],
  { currency }: FeedRequest,
): Promise<void> {
  const read = tables.map(fileOf);
  const ofFares = fareTables(currency).map(fileOf);
  const required = requiredTables.map(fileOf);
  if (required.some((file) => feed.files.includes(file))) {
    for (const file of required.filter((name) => !feed.files.includes(name))) {
      await recordFinding(target, { file, outcome: 'refused', reason: 'the file is missing' });
    }
  }
  for (const file of feed.files.filter((name) => !read.includes(name))) {
    const reason = ofFares.includes(file)
      ? 'fares are only imported with --fares-from'
      : 'the file is not used';
    await recordFinding(target, { file, outcome: 'note', reason });
  }
}

/** What was refused is not missing. */
async function checkComplete(target: Client, tables: readonly FeedTable[]): Promise<void> {
  const counts = await countRows(target, tables);
  const needed = counts.filter(({ table }) => table === 'stops.txt' || table === 'routes.txt');
  if (needed.length === 2 && needed.every(({ accepted, refused }) => accepted > 0 && refused === 0)) return;
  throw new StartupError(
    '--deactivate-missing needs a feed whose stops and routes can all be used: run it without this option and read the report',
  );
}
