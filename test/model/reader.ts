import type { Step } from './checker';
import { type Actor, type Context, placeOf, withReader } from './context';
import { trusts } from './instance';
import { acquire, entryAt, fill, isUp } from './redis';
import { at, IDLE_READER, type Reader, Reading, samePlace, type State } from './state';

/*
 * A read is answered in the step in which its value is found: answering later can break no promise that answering at
 * once keeps. A GET that finds nothing changes nothing and is not a step. A read that loads from PostgreSQL without
 * filling begins and ends in one step, for its answer is the newest version at that moment; to share such a load with
 * joiners who were there before its statement was sent is to do the same for each of them.
 */

/** Reads of the key by the rule of the cache, and one that asks only PostgreSQL. */
export const readers: Actor = (state, context) => [
  ...state.readers.flatMap((reader, index) => stepsOf(state, reader, index, context)),
  ...direct(state),
];

/** The read is over: the promises are judged. */
export function answered(
  state: State,
  reader: Pick<Reader, 'acknowledged' | 'returned'>,
  value: number,
): State {
  const returned = Math.max(state.returned, value);
  if (value < reader.acknowledged) return { ...state, returned, broken: Broken.a };
  if (value < reader.returned) return { ...state, returned, broken: Broken.b };
  return { ...state, returned };
}

/** Which promise a read has broken. */
export const Broken = { none: 0, a: 1, b: 2 } as const;

function stepsOf(state: State, reader: Reader, index: number, context: Context): Step<State>[] {
  switch (reader.phase) {
    case Reading.idle:
      return begin(state, index, context);
    case Reading.begun:
      return [
        ...ask(state, reader, index, context),
        ...join(state, reader, index, context),
        bypass(state, index),
      ];
    case Reading.leased:
      return [load(state, reader, index)];
    default:
      return finish(state, reader, index, context);
  }
}

/** Trust is judged once, and where it asks is settled, when the read arrives. */
function begin(state: State, index: number, context: Context): Step<State>[] {
  const { acknowledged, returned } = state;
  return at(context.configuration.readers, index).flatMap((number) => {
    const instance = at(state.instances, number);
    if (!trusts(instance, context)) return [];
    const place = placeOf(instance.server, instance.trusted, number, context);
    const label = `${name(index)} begins on instance ${number + 1}, trusting epoch ${instance.trusted.epoch} of run ${place.server}`;
    const begun = { phase: Reading.begun, instance: number, place, acknowledged, returned };
    return [{ label, state: withReader(state, index, begun) }];
  });
}

/** GET and acquire. */
function ask(state: State, reader: Reader, index: number, context: Context): Step<State>[] {
  const { server } = at(state.instances, reader.instance);
  if (server !== reader.place.server || !isUp(state, server)) return [];
  const { value } = entryAt(state, reader.place);
  if (value !== 0) {
    const hit = answered(withReader(state, index, IDLE_READER), reader, value);
    return [{ label: `${name(index)} finds version ${value} and answers`, state: hit }];
  }
  const acquired = acquire(state, reader.place, index + 1, context.safeguards);
  if (acquired.outcome !== 'lease') return [];
  const leased = withReader(acquired.state, index, { phase: Reading.leased });
  return [{ label: `${name(index)} takes the lease`, state: leased }];
}

/** Not alive, a mark, another's lease, a command that failed: in any case a read may load without filling. */
function bypass(state: State, index: number): Step<State> {
  const { version } = state.database;
  const label = `${name(index)} loads version ${version} without filling and answers`;
  return {
    label,
    state: { ...withReader(state, index, IDLE_READER), returned: Math.max(state.returned, version) },
  };
}

function direct(state: State): Step<State>[] {
  const { version } = state.database;
  if (state.returned >= version) return [];
  const label = `a read that does not trust the cache loads version ${version} and answers`;
  return [{ label, state: { ...state, returned: version } }];
}

function load(state: State, reader: Reader, index: number): Step<State> {
  const { version } = state.database;
  const loaded = withReader(state, index, {
    ...IDLE_READER,
    phase: Reading.loaded,
    instance: reader.instance,
    place: reader.place,
    value: version,
  });
  return {
    label: `${name(index)} loads version ${version} and answers`,
    state: answered(loaded, reader, version),
  };
}

/** The fill can arrive at any time while the server runs, even when the connection it was sent on is gone. */
function finish(state: State, reader: Reader, index: number, context: Context): Step<State>[] {
  const idle = withReader(state, index, IDLE_READER);
  const lost = { label: `${name(index)}'s fill is refused or lost`, state: idle };
  if (!isUp(state, reader.place.server)) return [lost];
  const filled = fill(idle, reader.place, index + 1, reader.value, context.safeguards);
  if (!filled) return [lost];
  const label = `${name(index)}'s fill with version ${reader.value} is accepted`;
  return [lost, { label, state: filled }, ...shareFill(filled, reader, index, context)];
}

/** A joiner that arrived before the fill was sent gets its value, if the namespace is the one that it trusts. */
function shareFill(filled: State, leader: Reader, index: number, context: Context): Step<State>[] {
  const steps: Step<State>[] = [];
  filled.readers.forEach((joiner, other) => {
    if (!mayJoin(leader, joiner)) return;
    if (context.safeguards.joinOwnNamespace && !samePlace(joiner.place, leader.place)) return;
    const label = `${name(index)}'s fill with version ${leader.value} is accepted, and answers ${name(other)}`;
    steps.push({ label, state: answered(withReader(filled, other, IDLE_READER), joiner, leader.value) });
  });
  return steps;
}

/** Only in a mutant: a joiner gets what was loaded before it came. */
function join(state: State, joiner: Reader, index: number, context: Context): Step<State>[] {
  if (context.safeguards.joinOnlyAcceptedFill) return [];
  const steps: Step<State>[] = [];
  state.readers.forEach((leader, other) => {
    if (leader.phase !== Reading.loaded || !mayJoin(leader, joiner)) return;
    const label = `${name(index)} joins ${name(other)} and answers version ${leader.value}`;
    steps.push({ label, state: answered(withReader(state, index, IDLE_READER), joiner, leader.value) });
  });
  return steps;
}

function mayJoin(leader: Reader, joiner: Reader): boolean {
  return joiner.phase === Reading.begun && joiner.instance === leader.instance;
}

function name(index: number): string {
  return `reader ${index + 1}`;
}
