import type { Job, LoadResult, MissesJob } from './job';
import { runLoad } from './run-load';
import { runMisses } from './run-misses';

/** The load generator: a process of its own, which does one job after the other. */
process.on('message', (job: Job | MissesJob) => {
  const running: Promise<LoadResult> = 'times' in job ? runMisses(job) : runLoad(job);
  running.then(
    (result) => process.send?.({ result }),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
process.once('disconnect', () => process.exit(0));
