import type { Step } from './checker';
import { type Actor, type Context, placeOf, withInstance, withWriter } from './context';
import { closeEpoch, lockIsFree } from './epoch';
import { isUp, mark, release } from './redis';
import { at, IDLE_WRITER, Known, NO_ROW, type State, type Writer, Writing } from './state';

/*
 * Two writers of one key need not lock the same row (a sum over all cards is written by every boarding), so nothing
 * orders them here. The shared lock is held in the phases open and marked.
 */

/** BEGIN, shared lock, row; mark; COMMIT; answer; and the marks of all transactions that have ended. */
export const writers: Actor = (state, context) => [
  ...state.writers.flatMap((writer, index) => stepsOf(state, writer, index, context)),
  ...releases(state, context),
];

/** Whether the transaction holds the shared lock. */
export function inProgress({ phase }: Writer): boolean {
  return phase === Writing.open || phase === Writing.marked;
}

/** ROLLBACK, or the end of the connection: its marks stay, as those of a transaction that was aborted. */
export function rolledBack(state: State, index: number, phase: number = Writing.idle): State {
  const present = 1 << index;
  const aborted = 1 << state.writers.length;
  const store = state.store.map((entry) =>
    (entry.marks & present) === 0 ? entry : { ...entry, marks: (entry.marks & ~present) | aborted },
  );
  const { row } = at(state.writers, index);
  return withWriter({ ...state, store }, index, {
    ...IDLE_WRITER,
    phase,
    row: phase === Writing.failed ? row : NO_ROW,
  });
}

function stepsOf(state: State, writer: Writer, index: number, context: Context): Step<State>[] {
  switch (writer.phase) {
    case Writing.idle:
      return begin(state, index, context);
    case Writing.open:
      return [...goOn(state, writer, index, context), rollback(state, index)];
    case Writing.marked:
      return [commit(state, writer, index, context), rollback(state, index)];
    case Writing.failed:
      return fence(state, writer, index, context);
    case Writing.committed:
      return answer(state, writer, index, context);
    default:
      return [];
  }
}

/** The lock and the statement after it are one step: nobody changes the row while the lock is held. */
function begin(state: State, index: number, { configuration, safeguards }: Context): Step<State>[] {
  if (safeguards.exclusiveLock && !lockIsFree(state.database)) return [];
  const instance = at(configuration.writers, index);
  const { row } = state.database;
  const known = Math.max(at(state.instances, instance).known, Known.lately);
  const open = withWriter(withInstance(state, instance, { known }), index, { phase: Writing.open, row });
  return [{ label: `${name(index)} begins, locks and reads ${say(state)}`, state: open }];
}

function goOn(state: State, writer: Writer, index: number, context: Context): Step<State>[] {
  const { configuration, safeguards } = context;
  const { known } = at(state.instances, at(configuration.writers, index));
  // Only without the exclusive lock can the row have been changed since it was read.
  const present = writer.row.epoch === state.database.row.epoch;
  if (safeguards.waitAfterChange && present && known !== Known.long) return [];
  if (!writer.row.on || !safeguards.markBeforeCommit) return [commit(state, writer, index, context)];
  return setMark(state, writer, index, context);
}

function setMark(state: State, writer: Writer, index: number, context: Context): Step<State>[] {
  const { configuration, safeguards } = context;
  const instance = at(configuration.writers, index);
  const failed = (from: State): State =>
    safeguards.failedMarkStops
      ? rolledBack(from, index, Writing.failed)
      : withWriter(from, index, { phase: Writing.marked });
  const { server } = at(state.instances, instance);
  const marked =
    server === writer.row.run && isUp(state, server)
      ? mark(state, placeOf(server, writer.row, instance, context), 1 << index, safeguards)
      : null;
  if (!marked) return [{ label: `${name(index)}'s mark fails`, state: failed(state) }];
  const steps = [
    { label: `${name(index)} marks`, state: withWriter(marked, index, { phase: Writing.marked }) },
  ];
  if (state.faults > 0 && configuration.faults.includes('cut')) {
    const cut = withInstance({ ...marked, faults: state.faults - 1 }, instance, { server: 0 });
    steps.push({ label: `${name(index)} marks, its connection is cut before the reply`, state: failed(cut) });
  }
  return steps;
}

function commit(state: State, writer: Writer, index: number, { safeguards }: Context): Step<State> {
  const version = state.database.version + 1;
  // Only who still has to mark needs the row any longer.
  const row = safeguards.markBeforeCommit ? NO_ROW : writer.row;
  const database = { ...state.database, version };
  const committed = withWriter({ ...state, database }, index, { phase: Writing.committed, row, version });
  return { label: `${name(index)} commits version ${version}`, state: committed };
}

/**
 * It does not wait for the release of the mark, which comes before, after or never. A crash after COMMIT, or the loss of its
 * reply, is that neither of them comes.
 */
function answer(state: State, writer: Writer, index: number, context: Context): Step<State>[] {
  const { configuration, safeguards } = context;
  if (!safeguards.markBeforeCommit && writer.row.on) {
    const instance = at(configuration.writers, index);
    const { server } = at(state.instances, instance);
    if (server !== writer.row.run || !isUp(state, server)) return [];
    const marked =
      mark(state, placeOf(server, writer.row, instance, context), 1 << index, safeguards) ?? state;
    const row = { ...writer.row, on: false };
    return [{ label: `${name(index)} marks, after its commit`, state: withWriter(marked, index, { row }) }];
  }
  const acknowledged = Math.max(state.acknowledged, writer.version);
  const returned = Math.max(state.returned, acknowledged);
  const done = withWriter({ ...state, acknowledged, returned }, index, {
    ...IDLE_WRITER,
    phase: Writing.done,
  });
  return [{ label: `${name(index)} answers: version ${writer.version} is acknowledged`, state: done }];
}

function rollback(state: State, index: number): Step<State> {
  return { label: `${name(index)} is rolled back`, state: rolledBack(state, index) };
}

/** Fence and new epoch are one transaction; nothing is done if the epoch is no longer the one in which the mark failed. */
function fence(state: State, { row }: Writer, index: number, { safeguards }: Context): Step<State>[] {
  const again = withWriter(state, index, IDLE_WRITER);
  const stillOn = state.database.row.epoch === row.epoch && row.on;
  if (!stillOn || !safeguards.fenceAfterFailedMark)
    return [{ label: `${name(index)} runs again`, state: again }];
  const closed = closeEpoch(again, safeguards);
  return closed ? [{ label: `${name(index)} puts up a fence: a new epoch, off`, state: closed }] : [];
}

/**
 * The release by the writer and by a reader that met the mark are one step, and asking for the state of the transaction
 * is part of it: that a transaction has ended stays true.
 */
function releases(state: State, { safeguards }: Context): Step<State>[] {
  if (!safeguards.release) return [];
  const aborted = 1 << state.writers.length;
  const steps: Step<State>[] = [];
  for (const { place, marks } of state.store) {
    if (!isUp(state, place.server)) continue;
    if ((marks & aborted) !== 0) {
      steps.push({
        label: 'the mark of a transaction that was aborted is released',
        state: release(state, place, aborted, safeguards),
      });
    }
    state.writers.forEach((writer, index) => {
      const bit = 1 << index;
      if ((marks & bit) === 0 || (safeguards.resolveOnlyFinished && inProgress(writer))) return;
      steps.push({
        label: `${name(index)}'s mark is released`,
        state: release(state, place, bit, safeguards),
      });
    });
  }
  return steps;
}

function name(index: number): string {
  return `writer ${index + 1}`;
}

function say({ database: { row } }: State): string {
  return `epoch ${row.epoch} (${row.on ? 'on' : 'off'}, run ${row.run})`;
}
