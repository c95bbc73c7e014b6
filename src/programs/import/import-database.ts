import { Client } from 'pg';
import { databaseOf } from '../../platform/access/program-database';
import { recordProgram } from '../../platform/audit/record-program';
import { withCacheOff } from '../../platform/cache/protocol/with-cache-off';
import { Clock } from '../../common/time/clock';
import { StartupError } from '../../common/program/startup-error';
import { DeferredChecks } from '../../platform/postgres/deferred-checks';
import { resetTotals } from '../../modules/maintenance/reset-totals';
import { check } from './checks';
import { post } from './postings';
import { Progress } from './progress';
import { ImportRecord, findImport, recordImport, recordTable, recordUnread } from './record';
import { Source } from './source';
import { stage } from './staging';
import { importedTables } from './tables/imported-tables';
import { analyze, checkEmpty, lockTables } from './target';
import { withLockTimeout } from '../bulk-load/locks';
import { advanceSequences, write } from './write';

/** An import that was made now, or earlier from the same rows. */
export interface ImportResult {
  readonly record: ImportRecord;
  readonly isNew: boolean;
}

/**
 * Takes over a database of the replaced service, in one transaction: all of it, or nothing.
 *
 * @throws StartupError when the target holds anything but an earlier import of the same rows.
 */
export async function importDatabase(
  source: Source,
  target: Client,
  targetUrl: string,
  clock: Clock,
  progress: Progress,
): Promise<ImportResult> {
  const earlier = await findImport(target);
  if (earlier) {
    await checkSameRows(source, earlier, progress);
    return { record: earlier, isNew: false };
  }
  return withCacheOff(targetUrl, async (beforeCommit) => {
    await target.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    try {
      await lockTables(target);
      await checkEmpty(target);
      const record = await fill(source, target, clock.now(), progress);
      await beforeCommit(target);
      await target.query('COMMIT');
      return { record, isNew: true };
    } catch (error) {
      // If the connection is lost, the transaction is rolled back anyway.
      await target.query('ROLLBACK').catch(() => undefined);
      throw error;
    } finally {
      progress.stop();
    }
  });
}

async function fill(
  source: Source,
  target: Client,
  importedAt: Date,
  progress: Progress,
): Promise<ImportRecord> {
  progress.start(await source.countRows(importedTables));
  for (const table of importedTables) {
    progress.step(`reading ${table.name}`);
    await stage(
      target,
      table,
      source.rowsOf(table, (rows) => progress.advance(rows)),
    );
  }
  const record = await recordImport(target, {
    fingerprint: source.fingerprint(),
    source: source.name,
    importedAt,
  });
  await recordUnread(target, record.importId, await source.unread(importedTables));

  const checks = new DeferredChecks(target);
  await withLockTimeout(target, () => checks.drop());
  for (const table of importedTables) {
    progress.step(`writing ${table.name}`);
    await check(target, table);
    const counts = await write(target, table);
    await recordTable(target, record.importId, table, counts);
    progress.finished(counts);
  }
  progress.step('posting');
  await post(target, importedAt);
  progress.step('checking');
  await checks.restore();
  await analyze(target);
  await advanceSequences(target, importedTables);
  await recordProgram(databaseOf(target), {
    program: 'import',
    operation: 'npm run import',
    object: { kind: 'import', id: record.importId },
  });
  await resetTotals(target);
  return record;
}

async function checkSameRows(source: Source, earlier: ImportRecord, progress: Progress): Promise<void> {
  progress.start(await source.countRows(importedTables));
  try {
    for (const table of importedTables) {
      progress.step(`comparing ${table.name}`);
      // Read and dealt with at once.
      await source.skip(table, (rows) => progress.advance(2 * rows));
    }
  } finally {
    progress.stop();
  }
  if (source.fingerprint().equals(earlier.fingerprint)) return;
  throw new StartupError(
    `the target holds an import of other rows (from ${earlier.source}, ${earlier.importedAt.toISOString()}): import into a fresh database, or another DATA_DIR`,
  );
}
