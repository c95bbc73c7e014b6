import type { Step } from './checker';
import type { Fault } from './configurations';
import { type Actor, type Context, withInstance } from './context';
import { newRun } from './names';
import { isUp, withEntry } from './redis';
import {
  type Entry,
  IDLE_READER,
  type Instance,
  Known,
  NO_CHANGE,
  NO_EPOCH_READING,
  NO_ROW,
  Reading,
  type State,
} from './state';
import { inProgress, rolledBack } from './writer';

/** What can go wrong, as often as the configuration says. A pause is no event: it is to take no step for long. */
export const environment: Actor = (state, context) => {
  const { faults, sweeps } = context.configuration;
  const steps = [
    ...(faults.some((fault) => fault === 'restart' || fault === 'failover') ? dumps(state) : []),
    ...(sweeps ? sweep(state, context) : []),
  ];
  if (state.faults === 0) return steps;
  const left = { ...state, faults: state.faults - 1 };
  return [...steps, ...faults.flatMap((fault) => EVENTS[fault](left, context))];
};

/** The fence of a bulk writer is a step of the epoch, the loss of a mark's reply one of the writer. */
const EVENTS: Readonly<Record<Fault, Actor>> = {
  fence: () => [],
  cut: (state) =>
    state.instances.flatMap(({ server }, index) => {
      if (server === 0) return [];
      const label = `instance ${index + 1} is cut from Redis`;
      return [{ label, state: withInstance(state, index, { server: 0 }) }];
    }),
  flush: (state) =>
    serversOf(state).map((server) => ({
      label: `FLUSHALL on run ${server}`,
      state: { ...state, store: state.store.filter(({ place }) => place.server !== server) },
    })),
  restart: (state, context) =>
    serversOf(state).map((server) => {
      const run = context.safeguards.runNamesContents ? newRun(state) : server;
      const label = `run ${server} ends, run ${run} is up with the contents of the dump`;
      return { label, state: restored(stopped(state, server), run) };
    }),
  failover: (state) => {
    const run = newRun(state);
    return state.instances.map((_, index) => {
      const label = `run ${run} is up beside, with the contents of the dump, and instance ${index + 1} connects to it`;
      return { label, state: withInstance(restored(state, run), index, { server: run }) };
    });
  },
  crash: (state, context) =>
    state.instances.map((_, index) => ({
      label: `instance ${index + 1} is killed and boots again`,
      state: crash(state, index, context),
    })),
  database: (state) => [{ label: 'PostgreSQL is restarted', state: restartDatabase(state) }],
};

/** To be dumped, or replicated up to here and no further, is no fault. */
function dumps(state: State): Step<State>[] {
  return serversOf(state).map((server) => {
    const others = state.store.filter(({ place }) => place.server !== 0);
    const store = [...others, ...copies(state, server, 0)];
    return { label: `run ${server} is dumped, or replicated so far`, state: { ...state, store } };
  });
}

/** Old namespaces are swept a key at a time, by sweepers that may have been paused since they opened their own epoch. */
function sweep(state: State, { safeguards }: Context): Step<State>[] {
  const { row, change } = state.database;
  return state.store.flatMap((entry) => {
    const { epoch } = entry.place;
    const present = epoch === row.epoch || epoch === change.row.epoch;
    if (!isUp(state, entry.place.server) || (present && safeguards.sweepSparesPresent)) return [];
    return [
      { what: 'alive', swept: { ...entry, alive: false } },
      { what: 'the value', swept: { ...entry, value: 0 } },
      { what: 'the guard', swept: { ...entry, lease: 0, marks: 0 } },
    ].map(({ what, swept }) => ({
      label: `${what} of epoch ${epoch} is swept`,
      state: withEntry(state, swept),
    }));
  });
}

function serversOf(state: State): number[] {
  const servers: number[] = [];
  for (let server = 1; 1 << server <= state.servers; server += 1)
    if (isUp(state, server)) servers.push(server);
  return servers;
}

function copies(state: State, from: number, to: number): Entry[] {
  const entries = state.store.filter(({ place }) => place.server === from);
  return entries.map((entry) => ({ ...entry, place: { ...entry.place, server: to } }));
}

function stopped(state: State, server: number): State {
  const instances = state.instances.map((instance) =>
    instance.server === server ? { ...instance, server: 0 } : instance,
  );
  const store = state.store.filter(({ place }) => place.server !== server);
  return { ...state, instances, store, servers: state.servers & ~(1 << server) };
}

/** Without a dump it is empty. */
function restored(state: State, run: number): State {
  return {
    ...state,
    servers: state.servers | (1 << run),
    store: [...state.store, ...copies(state, 0, run)],
  };
}

const BOOTING: Instance = { server: 0, epochReading: NO_EPOCH_READING, trusted: NO_ROW, known: Known.not };

/** A fill that was on its way may still arrive; so its reader is left as it is. */
function crash(state: State, index: number, { configuration }: Context): State {
  const readers = state.readers.map((reader) =>
    reader.instance === index && reader.phase !== Reading.loaded ? IDLE_READER : reader,
  );
  return abort(
    { ...withInstance(state, index, BOOTING), readers },
    (writer) => configuration.writers[writer] === index,
  );
}

/** Transactions in progress are aborted, locks are gone, and the identity of the database is another. */
function restartDatabase(state: State): State {
  const { row } = state.database;
  const database = { ...state.database, row: { ...row, boot: row.boot + 1 }, change: NO_CHANGE };
  return abort({ ...state, database }, () => true);
}

function abort(state: State, concerns: (writer: number) => boolean): State {
  return state.writers.reduce(
    (next, writer, index) => (concerns(index) && inProgress(writer) ? rolledBack(next, index) : next),
    state,
  );
}
