import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from 'pg';
import { importGtfs } from '../../src/programs/gtfs/import-gtfs';
import { connect } from '../builders/connect';
import { type FeedFiles, writeFeedFolder, writeFeedZip } from '../builders/gtfs-feed';
import { afterTest } from './after-test';
import { createDatabase, type TestDatabase } from './database';
import { ImportProgram, type ImportRun } from './import-program';
import { runInProcess } from './in-process';
import { createTempFolder, removeFolder } from './temp-folder';

/** An empty network into which feeds are imported, and a folder for the feeds; both are gone after the test. */
export class GtfsTarget {
  private constructor(
    readonly folder: string,
    readonly database: TestDatabase,
    readonly client: Client,
  ) {}

  static async create(): Promise<GtfsTarget> {
    const folder = await createTempFolder();
    afterTest(() => removeFolder(folder));
    const database = await createDatabase();
    afterTest(() => database.drop());
    const client = await connect(database.url);
    afterTest(() => client.end());
    return new GtfsTarget(folder, database, client);
  }

  importFrom(
    feed: string,
    args: readonly string[] = [],
    databaseUrl = this.database.url,
  ): Promise<ImportRun> {
    const report = join(this.folder, 'report.csv');
    return runInProcess(importGtfs, [feed, '--report', report, ...args], databaseUrl);
  }

  /** The import as a process of its own. */
  start(feed: string, env: Readonly<Record<string, string>> = {}): ImportProgram {
    const args = [feed, '--report', 'report.csv'];
    return ImportProgram.start(
      this.folder,
      args,
      { DATABASE_URL: this.database.url, ...env },
      'programs/gtfs/import-main.js',
    );
  }

  async query(sql: string): Promise<Record<string, unknown>[]> {
    return (await this.client.query<Record<string, unknown>>(sql)).rows;
  }

  routes(): Promise<unknown[]> {
    return this.query(
      `SELECT route_code, route_name, concessionaires.name AS concessionaire
       FROM routes LEFT JOIN concessionaires USING (concessionaire_id) ORDER BY route_code`,
    );
  }

  /** The names of the stations of each route, in travel order. */
  async sequences(): Promise<Record<string, unknown>> {
    const rows = await this.query(
      `SELECT route_code, array_agg(name ORDER BY sequence_order) AS stations, array_agg(sequence_order ORDER BY sequence_order) AS places
       FROM route_stops JOIN routes USING (route_id) JOIN stations USING (station_id) GROUP BY route_code ORDER BY 1`,
    );
    for (const { places } of rows) expect(places).toEqual((places as number[]).map((_, n) => n + 1));
    return Object.fromEntries(rows.map(({ route_code, stations }) => [String(route_code), stations]));
  }

  aZip(files: FeedFiles): Promise<string> {
    return writeFeedZip(join(this.folder, `${randomUUID()}.zip`), files);
  }

  aFolder(files: FeedFiles): Promise<string> {
    return writeFeedFolder(join(this.folder, randomUUID()), files);
  }

  async aFile(name: string, text: string): Promise<string> {
    await writeFile(join(this.folder, name), text);
    return join(this.folder, name);
  }
}

/** The lines of the report that an import has written. */
export async function reportOf(run: ImportRun): Promise<string[]> {
  const [, path = ''] = /^Report: (.*)$/m.exec(run.output) ?? [];
  return (await readFile(path, 'utf8')).trimEnd().split('\n');
}
