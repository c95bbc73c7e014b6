import type { Model, Step } from './checker';
import { type Context, placeOf } from './context';
import { encoderFor, type Meanings } from './encode';
import { environment } from './environment';
import { epochs } from './epoch';
import { instances } from './instance';
import { tidy } from './names';
import { Broken, readers } from './reader';
import {
  IDLE_READER,
  IDLE_WRITER,
  Known,
  NO_CHANGE,
  NO_EPOCH_READING,
  type Place,
  type Row,
  type State,
} from './state';
import { writers } from './writer';

const ACTORS = [readers, writers, instances, epochs, environment];
const FIRST_VERSION = 1;
const MEANINGS: Meanings = {
  names: { epoch: 0, run: 1, server: 1 },
  sets: { servers: 1 },
  unordered: ['store'],
};

/** The protocol in one configuration, with all safeguards or as a mutant. */
export function protocol(context: Context): Model<State> {
  const cold = start(context, 0);
  const warm = start(context, FIRST_VERSION);
  return {
    initial: [
      { label: 'the cache is empty', state: cold },
      { label: 'the cache holds version 1', state: warm },
    ],
    next: (state) => ACTORS.flatMap((actor) => actor(state, context)).map((step) => tidied(step, context)),
    key: encoderFor(cold, MEANINGS),
    broken: ({ broken }) => BROKEN[broken] ?? null,
  };
}

const BROKEN: Readonly<Record<number, string>> = { [Broken.a]: 'A', [Broken.b]: 'B' };

function tidied({ label, state }: Step<State>, { safeguards }: Context): Step<State> {
  return { label, state: tidy(state, safeguards.runNamesContents) };
}

/** Everybody trusts the first epoch, and has known it for long. */
function start(context: Context, value: number): State {
  const { configuration } = context;
  const row: Row = { epoch: 1, on: true, run: 1, boot: 1 };
  const place: Place = placeOf(1, row, 0, context);
  return {
    database: { version: FIRST_VERSION, row, change: NO_CHANGE },
    instances: configuration.forms.map(() => ({
      server: 1,
      epochReading: NO_EPOCH_READING,
      trusted: row,
      known: Known.long,
    })),
    writers: configuration.writers.map(() => IDLE_WRITER),
    readers: configuration.readers.map(() => IDLE_READER),
    acknowledged: FIRST_VERSION,
    returned: FIRST_VERSION,
    faults: configuration.budget,
    openings: configuration.openings ?? 0,
    broken: Broken.none,
    servers: 1 << 1,
    store: [{ place, alive: true, value, lease: 0, marks: 0 }],
  };
}
