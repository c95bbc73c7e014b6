import { randomBytes } from 'node:crypto';

/** Makes ids of requests: unique over restarts and processes, short enough for a log line. */
export function requestIds(): () => string {
  const run = randomBytes(4).toString('hex');
  let count = 0;
  return () => `${run}-${(count += 1).toString(36)}`;
}
