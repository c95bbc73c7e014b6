/**
 * `closed_without_exit`: nobody told where the rider alighted. The next boarding closed the trip; or a device reported its boarding so late
 * that it must have been over, and its exit may still be reported.
 */
export const TRIP_STATUSES = ['in_progress', 'completed', 'closed_without_exit'] as const;
export type TripStatus = (typeof TRIP_STATUSES)[number];
