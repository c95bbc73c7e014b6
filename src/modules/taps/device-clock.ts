import { FIRST_MOMENT, isMoment, LAST_MOMENT } from '../../common/time/moment';

/** Up to here the clock of a device is taken to be right. */
const TOLERANCE_MS = 60_000;
const [first, last] = [Date.parse(FIRST_MOMENT), Date.parse(LAST_MOMENT)];

/**
 * By how many milliseconds the clock of a device is behind, from what it showed when it sent a batch; 0 up to a minute. Whole seconds,
 * so that the time which a batch took on its way does not move its taps.
 */
export function clockOffsetMs(sentAt: Date, receivedAt: Date): number {
  const offset = receivedAt.getTime() - sentAt.getTime();
  return Math.abs(offset) > TOLERANCE_MS ? Math.round(offset / 1_000) * 1_000 : 0;
}

/** The time of a tap by the clock of the service; null if the device sent no moment, or one that leads to none. */
export function correctedTime(tappedAt: string, offsetMs: number): Date | null {
  if (!isMoment(tappedAt)) return null;
  const time = Date.parse(tappedAt) + offsetMs;
  return time >= first && time <= last ? new Date(time) : null;
}
