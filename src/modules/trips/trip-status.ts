/** `closed_without_exit`: the rider never alighted, and the next boarding closed the trip. */
export const TRIP_STATUSES = ['in_progress', 'completed', 'closed_without_exit'] as const;
export type TripStatus = (typeof TRIP_STATUSES)[number];
