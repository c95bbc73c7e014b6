import { runUntilStopped } from '../common/run-command';
import { AppConfig } from '../config/app-config';
import { readEnvironment } from '../config/environment';
import { locateDatabaseToRead } from '../database/locate';
import { openSession } from '../import/session';
import { exportFares } from './export/export-fares';
import { writeFiles } from './export/write-files';
import { USAGE, parseExportCommand } from './export-command';

/** `npm run export:gtfs-fares`: exit code 0 when the files are written, 1 when not. */
runUntilStopped(async ({ aborted }) => {
  const command = parseExportCommand(process.argv.slice(2));
  if (!command) {
    console.log(USAGE);
    return 0;
  }
  const config = new AppConfig(readEnvironment());
  const database = await locateDatabaseToRead(config, (line) => console.log(line), aborted);
  try {
    const client = await openSession(database.url, config.get('SERVICE_TIME_ZONE'), { signal: aborted });
    try {
      const { files, unsaid } = await exportFares(client, command.at, config.get('CURRENCY'));
      await writeFiles(command.out, files);
      for (const line of unsaid) console.log(`Not in GTFS-Fares v2: ${line}`);
      console.log(`${command.out}: the fares of ${command.at} in ${files.size} files`);
      return 0;
    } finally {
      await client.end();
    }
  } finally {
    await database.stop();
  }
});
