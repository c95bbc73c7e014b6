import { AppConfig } from '../../platform/config/app-config';
import { readEnvironment } from '../../platform/config/environment';
import { locateDatabaseToRead } from '../../platform/postgres/locate';
import { openSession } from '../bulk-load/session';
import { exportFares } from './export/export-fares';
import { writeFiles } from './export/write-files';
import { HELP, parseExportArguments } from './export-arguments';

/**
 * The program as a whole.
 *
 * @param signal gives the work up.
 * @returns its exit code, 0.
 * @throws StartupError when it failed.
 */
export async function exportGtfsFares(
  args: string[],
  print: (line: string) => void,
  signal: AbortSignal,
): Promise<number> {
  const options = parseExportArguments(args);
  if (!options) {
    print(HELP);
    return 0;
  }
  const config = new AppConfig(readEnvironment());
  const database = await locateDatabaseToRead(config, print, signal);
  try {
    const client = await openSession(database.url, config.get('SERVICE_TIME_ZONE'), { signal });
    try {
      const { files, notExpressible } = await exportFares(client, options, config.get('CURRENCY'));
      await writeFiles(options.out, files);
      for (const line of notExpressible) print(`Not in GTFS-Fares v2: ${line}`);
      print(`${options.out}: the fares of ${options.at} in ${files.size} files`);
      return 0;
    } finally {
      await client.end();
    }
  } finally {
    await database.stop();
  }
}
