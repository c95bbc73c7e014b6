/** How far an observer's clock may be ahead of ours. */
const TOLERANCE_MS = 60_000;

/** Whether the time of an event is in the future, so that the event cannot have happened. */
export function isInTheFuture(at: Date, now: Date): boolean {
  return at.getTime() > now.getTime() + TOLERANCE_MS;
}
