export const DRIVER_STATUSES = ['active', 'inactive', 'on_leave'] as const;
export type DriverStatus = (typeof DRIVER_STATUSES)[number];
