import { basename, extname, resolve } from 'node:path';
import { Clock } from '../../common/time/clock';
import { ServiceCalendar } from '../../common/time/service-calendar';
import { AppConfig } from '../../platform/config/app-config';
import { readEnvironment } from '../../platform/config/environment';
import { locateDatabase } from '../../platform/postgres/locate';
import { migrate } from '../../platform/postgres/migrate';
import { openSession } from '../bulk-load/session';
import { lockForImport } from '../bulk-load/locks';
import { openFeed, type Feed } from './feed/feed';
import type { ImportArguments } from './import-arguments';
import { importFeed, type FeedResult } from './import-feed';

type Log = (line: string) => void;

/** How an import ended. */
export interface Outcome extends FeedResult {
  readonly reportPath: string;
}

/** Opens the feed and the database, imports, and closes what it opened. */
export async function runImport(options: ImportArguments, log: Log, signal: AbortSignal): Promise<Outcome> {
  const config = new AppConfig(readEnvironment());
  const feed = await openFeed(options.path);
  try {
    const database = await locateDatabase(config, log, signal);
    try {
      await migrate(database.url, signal, log);
      return await fillTarget(options, feed, config, database.url, log, signal);
    } finally {
      await database.stop();
    }
  } finally {
    await feed.close();
  }
}

async function fillTarget(
  { reportPath, faresFrom, faresForAll, ...how }: ImportArguments,
  feed: Feed,
  config: AppConfig,
  url: string,
  log: Log,
  signal: AbortSignal,
): Promise<Outcome> {
  const timeZone = config.get('SERVICE_TIME_ZONE');
  const today = new ServiceCalendar(timeZone).dayOf(new Clock().now());
  const target = await openSession(url, timeZone, { signal });
  try {
    await lockForImport(target);
    const request = {
      ...how,
      reportPath: resolve(reportPath ?? `import-report-${basename(how.path, extname(how.path))}.csv`),
      currency: config.get('CURRENCY'),
      fares: faresFrom === undefined ? null : { from: faresFrom, today, forAll: faresForAll },
    };
    const result = await importFeed(feed, target, url, request, log);
    return { ...result, reportPath: request.reportPath };
  } finally {
    await target.end();
  }
}
