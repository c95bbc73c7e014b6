import { type Place, type Row, type State } from './state';

/*
 * The sequence never gives an epoch twice. A number that nobody knows any more can't be told from one that was never
 * used, so the model takes the smallest of them, and the number of epochs has no bound. It is the same with the runs of
 * Redis servers.
 */

/** A number for a new epoch. */
export function newEpoch(state: State): number {
  let used = 1;
  for (const { epoch } of rowsOf(state)) used |= 1 << epoch;
  for (const { epoch } of placesOf(state)) used |= 1 << epoch;
  return smallestOutside(used);
}

/** The number of a new run of a server. */
export function newRun(state: State): number {
  let used = 1 | state.servers;
  for (const { run } of rowsOf(state)) used |= 1 << run;
  for (const { server, run } of placesOf(state)) used |= (1 << server) | (1 << run);
  for (const { server } of state.instances) used |= 1 << server;
  return smallestOutside(used);
}

/** Forgets the contents of a namespace that no command can use any more, because they make no difference. */
export function tidy(state: State, runNamesContents: boolean): State {
  const named = namedEpochs(state);
  const garbage = state.store.some((entry) => !isNamed(entry.place, named, runNamesContents));
  if (!garbage) return state;
  return { ...state, store: state.store.filter((entry) => isNamed(entry.place, named, runNamesContents)) };
}

/** Commands to a server name its own run; to a restored one, its new run, so its old dump is never seen. */
function isNamed({ server, run, epoch }: Place, named: number, runNamesContents: boolean): boolean {
  const byRun = run === 0 || run === server || (server === 0 && !runNamesContents);
  return byRun && (epoch === 0 || (named & (1 << epoch)) !== 0);
}

function namedEpochs(state: State): number {
  let named = 0;
  for (const { epoch } of rowsOf(state)) named |= 1 << epoch;
  for (const { place } of state.readers) named |= 1 << place.epoch;
  return named | (1 << state.database.change.place.epoch);
}

function rowsOf({ database, instances, writers }: State): Row[] {
  const rows = [database.row, database.change.row];
  for (const { epochReading, trusted } of instances) rows.push(epochReading.row, trusted);
  for (const { row } of writers) rows.push(row);
  return rows;
}

function placesOf({ database, store, readers }: State): Place[] {
  const places = [database.change.place];
  for (const { place } of store) places.push(place);
  for (const { place } of readers) places.push(place);
  return places;
}

function smallestOutside(used: number): number {
  let name = 1;
  while ((used & (1 << name)) !== 0) name += 1;
  return name;
}
