import type { Scope } from '../../../platform/access/scopes';

/** What a watcher may see of each kind of event. */
export const EVENT_SCOPES = {
  figures: 'totals:read',
  boardings: 'totals:read',
  recharges: 'revenue:read',
  refusals: 'totals:read',
  alerts: 'network:read',
  evictions: 'cache:read',
  epochs: 'cache:read',
  steps: 'cache:read',
} as const satisfies Readonly<Record<string, Scope>>;

export type EventType = keyof typeof EVENT_SCOPES;

export const EVENT_TYPES = Object.keys(EVENT_SCOPES) as readonly EventType[];

export function isEventType(text: string): text is EventType {
  return Object.hasOwn(EVENT_SCOPES, text);
}

/** An event as it is sent (HTML, 9.2). JSON has no line ends, so the data is one line. */
export function toFrame(event: string, data: object, id?: string): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
