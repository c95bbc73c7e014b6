import type { Safeguards } from './safeguards';
import { type Entry, type Place, samePlace, type State } from './state';

/*
 * The atomic steps on one key in Redis. The time to live of a value and eviction are not modelled: they do what a mark
 * of a transaction that is rolled back does, and less.
 */

/** The answer to acquire. */
export type Acquired =
  | { readonly outcome: 'not alive' | 'marked' }
  | { readonly outcome: 'value'; readonly value: number }
  | { readonly outcome: 'lease'; readonly state: State };

export function isUp(state: State, server: number): boolean {
  return server !== 0 && (state.servers & (1 << server)) !== 0;
}

export function entryAt(state: State, place: Place): Entry {
  return (
    state.store.find((entry) => samePlace(entry.place, place)) ?? {
      place,
      alive: false,
      value: 0,
      lease: 0,
      marks: 0,
    }
  );
}

export function withEntry(state: State, entry: Entry): State {
  const others = state.store.filter(({ place }) => !samePlace(place, entry.place));
  const empty = !entry.alive && entry.value === 0 && entry.lease === 0 && entry.marks === 0;
  return { ...state, store: empty ? others : [...others, entry] };
}

/**
 * Another's lease is always taken over: that is a lease whose deadline has passed. Before the deadline the reader waits,
 * which changes nothing, or loads without filling.
 */
export function acquire(state: State, place: Place, token: number, safeguards: Safeguards): Acquired {
  const entry = entryAt(state, place);
  if (safeguards.alive && !entry.alive) return { outcome: 'not alive' };
  if (entry.value !== 0) return { outcome: 'value', value: entry.value };
  if (safeguards.marksRefuseLease && entry.marks !== 0) return { outcome: 'marked' };
  return { outcome: 'lease', state: withEntry(state, { ...entry, lease: token }) };
}

/** Null when the fill is refused. */
export function fill(
  state: State,
  place: Place,
  token: number,
  value: number,
  safeguards: Safeguards,
): State | null {
  const entry = entryAt(state, place);
  if (safeguards.alive && !entry.alive) return null;
  if (safeguards.fillChecksToken && entry.lease !== token) return null;
  return withEntry(state, { ...entry, value, lease: entry.lease === token ? 0 : entry.lease });
}

/** Null when the mark is refused. */
export function mark(state: State, place: Place, bit: number, safeguards: Safeguards): State | null {
  const entry = entryAt(state, place);
  if (safeguards.markNeedsAlive && !entry.alive) return null;
  return withEntry(state, {
    ...entry,
    value: safeguards.markDropsValue ? 0 : entry.value,
    lease: safeguards.markDropsLease ? 0 : entry.lease,
    marks: entry.marks | bit,
  });
}

export function release(state: State, place: Place, bit: number, safeguards: Safeguards): State {
  const entry = entryAt(state, place);
  return withEntry(state, {
    ...entry,
    value: 0,
    lease: safeguards.releaseDropsLease ? 0 : entry.lease,
    marks: entry.marks & ~bit,
  });
}
