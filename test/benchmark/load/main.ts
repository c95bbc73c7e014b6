import type { Job, LoadResult, MissesJob, TapsJob } from './job';
import { runLoad } from './run-load';
import { runMisses } from './run-misses';
import { runTaps } from './run-taps';

/** The load generator: a process of its own, which does one job after the other. */
process.on('message', (job: Job | MissesJob | TapsJob) => {
  run(job).then(
    (result) => process.send?.({ result }),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
process.once('disconnect', () => process.exit(0));

function run(job: Job | MissesJob | TapsJob): Promise<LoadResult> {
  if ('times' in job) return runMisses(job);
  return 'batch' in job ? runTaps(job) : runLoad(job);
}
