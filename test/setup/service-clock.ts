import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createTempFolder, removeFolder } from './temp-folder';

const CLOCK = resolve(__dirname, '../../dist/common/time/clock.js');

/** The clock of a service: it stands still at the moment that a test sets. */
export class ServiceClock {
  private constructor(
    private readonly folder: string,
    private readonly moment: string,
    /** For the service whose clock it is. */
    readonly nodeOptions: readonly string[],
  ) {}

  static async create(moment: string): Promise<ServiceClock> {
    const folder = await createTempFolder();
    const [file, preload] = [join(folder, 'moment'), join(folder, 'clock.cjs')];
    await writeFile(
      preload,
      `const { readFileSync } = require('node:fs');
       const { Clock } = require(${JSON.stringify(CLOCK)});
       Clock.prototype.now = () => new Date(readFileSync(${JSON.stringify(file)}, 'utf8'));`,
    );
    const clock = new ServiceClock(folder, file, ['--require', preload]);
    await clock.set(moment);
    return clock;
  }

  async set(moment: string): Promise<void> {
    await writeFile(this.moment, new Date(moment).toISOString());
  }

  async remove(): Promise<void> {
    await removeFolder(this.folder);
  }
}
