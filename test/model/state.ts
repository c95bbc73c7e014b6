/*
 * Everything is a small number. Versions of the key count its commits from 1; 0 is always "none". Epochs, runs of Redis
 * and boots of PostgreSQL are only compared for equality, so each is a name out of a small stock that is used again
 * when nobody knows it any more (names.ts): their number in time has no bound, only how many are known at once.
 */

/** The row of the epoch with the identity of the database, as somebody read it; epoch 0: not read. */
export interface Row {
  readonly epoch: number;
  readonly on: boolean;
  readonly run: number;
  readonly boot: number;
}

/** Where a connection finds the key: the server, and and the four things that the namespace is made from. */
export interface Place {
  readonly server: number;
  readonly run: number;
  readonly epoch: number;
  readonly boot: number;
  readonly form: number;
}

/** What Redis has in one namespace. Server 0 is a dump on disk, or a replica that lags. */
export interface Entry {
  readonly place: Place;
  readonly alive: boolean;
  readonly value: number;
  /** The token of the lease: the number of the reader, from 1. */
  readonly lease: number;
  /** One bit for each writer's present transaction, one more for all the transactions that were rolled back. */
  readonly marks: number;
}

/** A change of epoch in progress: it has set `alive` and not yet committed its row. */
export interface Change {
  readonly row: Row;
  readonly place: Place;
}

/** PostgreSQL; transactions in progress are in the writers. */
export interface Database {
  readonly version: number;
  readonly row: Row;
  readonly change: Change;
}

/** A reading of the epoch that was answered, but not received yet. It is fresh if no tick came since it was sent. */
export interface EpochReading {
  readonly row: Row;
  readonly fresh: boolean;
}

/** How long an instance has known the epoch of the row: not, since the last tick, longer than any trust lasts. */
export const Known = { not: 0, lately: 1, long: 2 } as const;

/** A process of the service. */
export interface Instance {
  /** The server to which it is connected, known by its run_id. */
  readonly server: number;
  readonly epochReading: EpochReading;
  /** What the last reading said, or epoch 0 when that is too old. */
  readonly trusted: Row;
  readonly known: number;
}

/** `failed`: rolled back, because the mark failed; `done`: the client has its answer. */
export const Writing = { idle: 0, open: 1, marked: 2, failed: 3, committed: 4, done: 5 } as const;

/** A writer of the key and its transaction. */
export interface Writer {
  readonly phase: number;
  readonly row: Row;
  /** The version that its commit made. */
  readonly version: number;
}

/** `loaded`: the caller has its answer, the fill is on its way. */
export const Reading = { idle: 0, begun: 1, leased: 2, loaded: 3 } as const;

/** One read at a time, any number of them after each other. */
export interface Reader {
  readonly phase: number;
  readonly instance: number;
  readonly place: Place;
  /** The newest version acknowledged before it began: promise A. */
  readonly acknowledged: number;
  /** The newest version that a read completed before it began had returned: promise B. */
  readonly returned: number;
  readonly value: number;
}

/** The whole system at one moment. */
export interface State {
  readonly database: Database;
  readonly instances: readonly Instance[];
  readonly writers: readonly Writer[];
  readonly readers: readonly Reader[];
  /** The newest version of which a client was told. */
  readonly acknowledged: number;
  /** The newest version that a completed read returned. */
  readonly returned: number;
  /** How many faults may still come. */
  readonly faults: number;
  /** How many epochs may still be opened, where that is bounded. */
  readonly openings: number;
  readonly broken: number;
  /** The runs of Redis servers that are up, a bit for each. */
  readonly servers: number;
  readonly store: readonly Entry[];
}

export const NO_ROW: Row = { epoch: 0, on: false, run: 0, boot: 0 };
export const NOWHERE: Place = { server: 0, run: 0, epoch: 0, boot: 0, form: 0 };
export const NO_EPOCH_READING: EpochReading = { row: NO_ROW, fresh: false };
export const NO_CHANGE: Change = { row: NO_ROW, place: NOWHERE };
export const IDLE_WRITER: Writer = { phase: Writing.idle, row: NO_ROW, version: 0 };
export const IDLE_READER: Reader = {
  phase: Reading.idle,
  instance: 0,
  place: NOWHERE,
  acknowledged: 0,
  returned: 0,
  value: 0,
};

/** The list with another item at one place. */
export function withItem<T>(list: readonly T[], index: number, item: T): T[] {
  const copy = list.slice();
  copy[index] = item;
  return copy;
}

/** The item of a list at an index that the caller knows to be there. */
export function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new RangeError(`No item ${index}`);
  return item;
}

export function samePlace(a: Place, b: Place): boolean {
  return (
    a.server === b.server && a.epoch === b.epoch && a.run === b.run && a.boot === b.boot && a.form === b.form
  );
}
