import { savings } from './01-savings';
import { staleRead } from './02-stale-read';
import { deleteOrder } from './03-delete-order';
import { redisAway } from './04-redis-away';
import { processPause } from './05-process-pause';
import { herd } from './06-herd';
import { oldDump } from './07-old-dump';
import { ttl } from './08-ttl';
import { idempotency } from './09-idempotency';
import { thirtyRides } from './10-thirty-rides';
import { commitLost } from './11-commit-lost';
import { lateTap } from './12-late-tap';
import type { Experiment } from './experiment';

/** All lessons, in their order. */
export const EXPERIMENTS: readonly Experiment[] = [
  savings,
  staleRead,
  deleteOrder,
  redisAway,
  processPause,
  herd,
  oldDump,
  ttl,
  idempotency,
  thirtyRides,
  commitLost,
  lateTap,
];
