import { isMoment } from '../../common/time/moment';

/** Up to here the clock of a device is taken to be right. */
const TOLERANCE_MS = 60_000;

/**
 * By how many milliseconds the clock of a device is behind, from what it showed when it sent a batch; 0 up to a minute. Whole seconds,
 * so that the time which a batch took on its way does not move its taps.
 */
export function clockOffsetMs(sentAt: Date, receivedAt: Date): number {
  const offset = receivedAt.getTime() - sentAt.getTime();
  return Math.abs(offset) > TOLERANCE_MS ? Math.round(offset / 1_000) * 1_000 : 0;
}

/** The time of a tap by the clock of the service; null if the device sent no moment. */
export function correctedTime(tappedAt: string, offsetMs: number): Date | null {
  return isMoment(tappedAt) ? new Date(Date.parse(tappedAt) + offsetMs) : null;
}
