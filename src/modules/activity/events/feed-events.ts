import { cacheKeys } from '../../../platform/cache/cache-keys';
import type { AlertEvent, BoardingEvent, FeedReading, RechargeEvent, RefusalCount } from './feed.repository';
import { type EventType, toFrame } from './event-types';

/** So many rows of a second are listed; the rest is counted. */
const MOST_LISTED = 100;

/** The frames of one second by their type. Those that name cards have another text for who may not see these. */
export type Frames = ReadonlyMap<EventType, { readonly withCards: string; readonly withoutCards: string }>;

interface Refused {
  readonly operation: string;
  readonly code: string;
  readonly count: number;
}

/** What the processes' counts and lists of the last reading were: only what is new becomes an event. */
export class FeedEvents {
  private refusals: ReadonlyMap<string, number> | null = null;
  private alerts: ReadonlyMap<number, string> | null = null;
  private cacheState: Pick<FeedReading, 'epoch' | 'cache'> | null = null;

  /** The epoch of the cache that was read last, for a watcher who begins. */
  get epoch(): Pick<FeedReading, 'epoch' | 'cache'> | null {
    return this.cacheState;
  }

  /**
   * @param evicted the keys that this process has evicted since the last second.
   * @param id with which a watcher resumes behind these frames.
   */
  framesOf(reading: FeedReading, evicted: readonly string[], at: Date, watchers: number, id: string): Frames {
    const frames = new Map<EventType, { withCards: string; withoutCards: string }>();
    const add = (type: EventType, data: object, withoutCards = data): void => {
      const text = toFrame(type, data, id);
      frames.set(type, {
        withCards: text,
        withoutCards: withoutCards === data ? text : toFrame(type, withoutCards, id),
      });
    };
    const { boardings, recharges } = reading;
    const refusals = this.newRefusals(reading.refusals);
    const alerts = this.newAlerts(reading.alerts);
    add('figures', {
      at,
      boardings: boardings.length,
      revenue: sum(boardings, ({ fare_amount }) => fare_amount),
      recharges: recharges.length,
      recharged: sum(recharges, ({ amount }) => amount),
      refusals: sum(refusals, ({ count }) => count),
      watchers,
    });
    if (boardings.length > 0) add('boardings', ...listed('boardings', boardings));
    if (recharges.length > 0) add('recharges', ...listed('recharges', recharges));
    if (refusals.length > 0) add('refusals', { refusals });
    if (alerts.length > 0) add('alerts', { alerts });
    if (evicted.length > 0) add('evictions', ...evictions(evicted));
    const { epoch, cache } = reading;
    if (this.cacheState && (epoch !== this.cacheState.epoch || cache !== this.cacheState.cache))
      add('epochs', { epoch, cache });
    this.cacheState = { epoch, cache };
    return frames;
  }

  private newRefusals(counts: readonly RefusalCount[]): Refused[] {
    const before = this.refusals;
    this.refusals = new Map(counts.map((count) => [nameOf(count), count.refusals]));
    if (!before) return [];
    const refused = new Map<string, Refused>();
    for (const count of counts) {
      const more = count.refusals - (before.get(nameOf(count)) ?? 0);
      if (more <= 0) continue;
      const { operation, code } = count;
      const known = refused.get(`${operation} ${code}`)?.count ?? 0;
      refused.set(`${operation} ${code}`, { operation, code, count: known + more });
    }
    return [...refused.values()];
  }

  private newAlerts(alerts: readonly AlertEvent[]): AlertEvent[] {
    const before = this.alerts;
    this.alerts = new Map(alerts.map((alert) => [alert.alert_id, JSON.stringify(alert)]));
    if (!before) return [];
    return alerts.filter((alert) => before.get(alert.alert_id) !== JSON.stringify(alert));
  }
}

function nameOf({ minute, operation, code }: RefusalCount): string {
  return `${minute} ${operation} ${code}`;
}

/** The newest rows with their cards, and without them. */
export function listed(
  name: 'boardings' | 'recharges',
  rows: readonly (BoardingEvent | RechargeEvent)[],
  most = MOST_LISTED,
): [withCards: object, withoutCards: object] {
  const shown = rows.slice(-most);
  const more = rows.length - shown.length;
  const withoutCards = shown.map(({ card_id: _, ...row }) => row);
  return [
    { [name]: shown, more },
    { [name]: withoutCards, more },
  ];
}

function evictions(keys: readonly string[]): [withCards: object, withoutCards: object] {
  const templates: Record<string, number> = {};
  for (const key of keys) {
    const template = templateOf(key);
    templates[template] = (templates[template] ?? 0) + 1;
  }
  return [{ templates, keys: keys.slice(-MOST_LISTED) }, { templates }];
}

/** Templates as patterns, those with most fixed text first: a parameter may be empty, and has no colon. */
const PATTERNS = Object.values(cacheKeys)
  .map(({ template }) => ({
    template,
    pattern: new RegExp(`^${template.replace(/\{\w+\}/g, '[^:]*')}$`),
  }))
  .sort((one, other) => fixedLength(other.template) - fixedLength(one.template));

function fixedLength(template: string): number {
  return template.replace(/\{\w+\}/g, '').length;
}

function templateOf(key: string): string {
  return PATTERNS.find(({ pattern }) => pattern.test(key))?.template ?? 'other';
}

function sum<Row>(rows: readonly Row[], amountOf: (row: Row) => number): number {
  return rows.reduce((total, row) => total + amountOf(row), 0);
}
