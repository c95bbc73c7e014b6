import { call } from '../../api/call';
import type { CachedKey, CacheTemplate } from '../../api/schema';

/** So many keys are shown; a cache may have millions. */
export const MOST_KEYS = 500;
const MOST_PAGES = 20;

export interface KeysNow {
  readonly keys: readonly CachedKey[];
  readonly total: number;
}

/** The first keys that are in the cache now. */
export async function loadKeys(signal: AbortSignal): Promise<KeysNow> {
  const keys = new Map<string, CachedKey>();
  let total = 0;
  let cursor: string | null | undefined;
  for (let page = 0; page < MOST_PAGES && keys.size < MOST_KEYS; page += 1) {
    const answer = await call('GET /cache/keys', { query: cursor ? { cursor } : {} }, { signal });
    if (page === 0) total = answer.total_keys;
    for (const key of answer.keys) keys.set(key.key, key);
    cursor = answer.next_cursor;
    if (!cursor) break;
  }
  return { keys: [...keys.values()].slice(0, MOST_KEYS), total: Math.max(total, keys.size) };
}

/** Which template each key has: that with most fixed text which fits. A parameter may be empty, and has no colon. */
export function byTemplate(
  keys: readonly CachedKey[],
  templates: readonly CacheTemplate[],
): ReadonlyMap<string, readonly CachedKey[]> {
  const patterns = templates
    .map(({ template }) => ({
      template,
      fixed: template.replace(/\{\w+\}/g, '').length,
      pattern: new RegExp(`^${template.replace(/\{\w+\}/g, '[^:]*')}$`),
    }))
    .sort((one, other) => other.fixed - one.fixed);
  const found = new Map<string, CachedKey[]>();
  for (const key of keys) {
    const template = patterns.find(({ pattern }) => pattern.test(key.key))?.template;
    if (template) found.set(template, [...(found.get(template) ?? []), key]);
  }
  return found;
}

/** Templates under the first word of their names. */
export function grouped(templates: readonly CacheTemplate[]): [string, CacheTemplate[]][] {
  const groups = new Map<string, CacheTemplate[]>();
  for (const each of templates) {
    const [group = ''] = each.template.split(':');
    groups.set(group, [...(groups.get(group) ?? []), each]);
  }
  return [...groups].sort(([one], [other]) => one.localeCompare(other));
}

export function readsOf({ hits, misses, bypasses, stale }: CacheTemplate): number {
  return hits + misses + bypasses + stale;
}
