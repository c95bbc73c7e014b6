/** How far an observer's clock may be ahead of ours. */
const TOLERANCE_MS = 60_000;

/** Whether something is said to have happened at a time that has not come. */
export function isInTheFuture(at: Date, now: Date): boolean {
  return at.getTime() > now.getTime() + TOLERANCE_MS;
}
