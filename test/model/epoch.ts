import type { Step } from './checker';
import { type Actor, type Context, placeOf } from './context';
import { newEpoch } from './names';
import { entryAt, isUp, withEntry } from './redis';
import { type Database, Known, NO_CHANGE, type Row, type State } from './state';
import { inProgress } from './writer';

/*
 * Whoever put up the fences: while one stands the row says off, and any of them may be removed by anybody (it was not
 * renewed), so off stands for "fenced" here, and opening for the removal of the last fence.
 */

/** Changes of epoch, each by an instance that has a reason under the lock. */
export const epochs: Actor = (state, context) => [
  ...state.instances.flatMap((instance, index) => open(state, instance.server, index, context)),
  ...close(state, context),
  ...finish(state, context),
  ...(context.safeguards.aliveSetOnce ? [] : revive(state, context)),
];

/** Whether writes may take the shared lock: no change of epoch holds the exclusive one. */
export function lockIsFree({ change }: Database): boolean {
  return change.row.epoch === 0;
}

/** A new epoch whose state is off, or null while the exclusive lock is not to be had. */
export function closeEpoch(state: State, safeguards: Context['safeguards']): State | null {
  if (!exclusiveLock(state, safeguards)) return null;
  return withRow(state, { ...state.database.row, epoch: newEpoch(state), on: false });
}

function exclusiveLock({ database, writers }: State, safeguards: Context['safeguards']): boolean {
  return lockIsFree(database) && !(safeguards.exclusiveLock && writers.some(inProgress));
}

/**
 * Locking, judging and setting `alive` are one step: what happens between them might as well happen before, for only
 * writers ask for the lock.
 */
function open(state: State, server: number, instance: number, context: Context): Step<State>[] {
  const { row } = state.database;
  if (!isUp(state, server) || !exclusiveLock(state, context.safeguards)) return [];
  if (context.configuration.openings !== null && state.openings === 0) return [];
  const reason = reasonToOpen(state, server, instance, context);
  if (!reason) return [];
  const opened: Row = { ...row, epoch: newEpoch(state), on: true, run: server };
  const change = { row: opened, place: placeOf(server, opened, instance, context) };
  const who = `instance ${instance + 1}, because ${reason},`;
  const openings = Math.max(state.openings - 1, 0);
  const alive = withEntry({ ...state, openings }, { ...entryAt(state, change.place), alive: true });
  const label = `${who} locks and sets alive for epoch ${opened.epoch} (on, run ${server})`;
  return [{ label, state: { ...alive, database: { ...state.database, change } } }];
}

function reasonToOpen(state: State, server: number, instance: number, context: Context): string | null {
  const { row } = state.database;
  if (!row.on) return 'the last fence is gone';
  if (row.run !== server) return 'the run is another';
  if (!entryAt(state, placeOf(server, row, instance, context)).alive) return 'alive is gone';
  return null;
}

/** Two servers in use, or a bulk writer: its batches are writes under state off. */
function close(state: State, { configuration, safeguards }: Context): Step<State>[] {
  if (!state.database.row.on || state.faults === 0 || !configuration.faults.includes('fence')) return [];
  const closed = closeEpoch({ ...state, faults: state.faults - 1 }, safeguards);
  return closed ? [{ label: 'a fence is put up: a new epoch, off', state: closed }] : [];
}

function finish(state: State, { configuration }: Context): Step<State>[] {
  const { change } = state.database;
  if (change.row.epoch === 0) return [];
  const steps = [{ label: 'the change of epoch commits', state: withRow(state, change.row) }];
  // Only after a fault, for otherwise each change could be tried for ever.
  if (configuration.faults.length > 0) {
    const gone = { ...state, database: { ...state.database, change: NO_CHANGE } };
    steps.push({ label: 'the change of epoch is rolled back', state: gone });
  }
  return steps;
}

/** Only in a mutant. */
function revive(state: State, context: Context): Step<State>[] {
  const { row } = state.database;
  const entry = entryAt(state, placeOf(row.run, row, 0, context));
  if (entry.alive || !isUp(state, row.run)) return [];
  return [{ label: 'alive is set again', state: withEntry(state, { ...entry, alive: true }) }];
}

function withRow(state: State, row: Row): State {
  const instances = state.instances.map((instance) => ({ ...instance, known: Known.not }));
  return { ...state, instances, database: { ...state.database, row, change: NO_CHANGE } };
}
