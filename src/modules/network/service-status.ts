/** Of a route or a station: whether it is in service, as answers and queries say it. */
export const SERVICE_STATUSES = ['active', 'inactive'] as const;
export type ServiceStatus = (typeof SERVICE_STATUSES)[number];

const IN_SERVICE: Readonly<Record<ServiceStatus, boolean>> = { active: true, inactive: false };

/** What `is_active` a query for a status asks for; null: any. */
export function isActiveFor(status: ServiceStatus | undefined): boolean | null {
  return status ? IN_SERVICE[status] : null;
}
