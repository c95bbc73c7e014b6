import { Clock } from '../../common/time/clock';
import { AppConfig } from '../../platform/config/app-config';
import { readEnvironment } from '../../platform/config/environment';
import { locateDatabase } from '../../platform/postgres/locate';
import { migrate } from '../../platform/postgres/migrate';
import { ImportArguments } from './arguments';
import { ImportResult, importDatabase } from './import-database';
import { showProgress } from './progress';
import type { Outcome } from '../bulk-load/outcome';
import { report } from './report';
import { openSession } from '../bulk-load/session';
import { Source } from './source';
import { importedTables } from './tables/imported-tables';
import { lockForImport } from '../bulk-load/locks';

type Log = (line: string) => void;

/** Opens both databases, imports, writes the report, and closes what it opened. */
export async function runImport(options: ImportArguments, log: Log, signal: AbortSignal): Promise<Outcome> {
  const config = new AppConfig(readEnvironment());
  const timeZone = config.get('SERVICE_TIME_ZONE');
  const source = await Source.open(options.from, timeZone, importedTables, signal);
  try {
    const database = await locateDatabase(config, log, signal);
    try {
      return await fillTarget(source, database.url, timeZone, options.reportPath, log, signal);
    } finally {
      await database.stop();
    }
  } finally {
    await source.close();
  }
}

async function fillTarget(
  source: Source,
  url: string,
  timeZone: string,
  reportPath: string | undefined,
  log: Log,
  signal: AbortSignal,
): Promise<Outcome> {
  const target = await openSession(url, timeZone, { signal });
  try {
    await lockForImport(target);
    await migrate(url, signal, log);
    const result = await importDatabase(source, target, url, new Clock(), showProgress(log));
    if (!result.isNew) log(`These rows were already imported ${describeImport(result)}: nothing is changed`);
    return await report(target, result.record, reportPath);
  } finally {
    await target.end();
  }
}

function describeImport({ record }: ImportResult): string {
  return `from ${record.source} at ${record.importedAt.toISOString()}`;
}
