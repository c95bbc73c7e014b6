import type { Step } from './checker';
import { type Actor, type Context, withInstance } from './context';
import { type Instance, Known, NO_EPOCH_READING, NO_ROW, type Row, type State } from './state';

/** How each instance reads the epoch and connects to Redis, and how time passes for all of them. */
export const instances: Actor = (state, context) => {
  if (!context.configuration.time) return [];
  return [
    ...state.instances.flatMap((instance, index) => [
      ...readEpoch(state, instance, index, context),
      ...connect(state, instance, index),
    ]),
    ...tick(state, context),
  ];
};

/** Whether an instance may ask the cache now. */
export function trusts({ trusted, server }: Instance, { safeguards }: Context): boolean {
  if (trusted.epoch === 0 || server === 0) return false;
  return !safeguards.runInTrust || trusted.run === server;
}

/**
 * Sending a reading and answering it are one step: a reading that was sent earlier says the same, and ages sooner. Its receipt is
 * another, and can be late.
 */
function readEpoch(state: State, instance: Instance, index: number, { safeguards }: Context): Step<State>[] {
  const { row } = state.database;
  const who = `instance ${index + 1}`;
  if (instance.epochReading.row.epoch === 0) {
    // Else it would learn nothing.
    const news = instance.known === Known.not || (row.on && !same(instance.trusted, row));
    if (!news) return [];
    const asked = withInstance(state, index, { epochReading: { row, fresh: true } });
    return [{ label: `${who} reads the epoch, the answer is ${say(row)}`, state: asked }];
  }
  const { row: answer, fresh } = instance.epochReading;
  const counts = fresh || !safeguards.readingAgesFromSending;
  const trusted = counts ? (answer.on || !safeguards.stateInTrust ? answer : NO_ROW) : instance.trusted;
  const known = answer.epoch === row.epoch ? Math.max(instance.known, Known.lately) : instance.known;
  const received = withInstance(state, index, { epochReading: NO_EPOCH_READING, trusted, known });
  return [{ label: `${who} receives the answer ${say(answer)}`, state: received }];
}

/** Anybody may connect to any server that is up, so two servers may be in use. */
function connect(state: State, instance: Instance, index: number): Step<State>[] {
  if (instance.server !== 0) return [];
  const steps: Step<State>[] = [];
  for (let server = 1; 1 << server <= state.servers; server += 1) {
    if ((state.servers & (1 << server)) === 0) continue;
    const label = `instance ${index + 1} connects to run ${server}`;
    steps.push({ label, state: withInstance(state, index, { server }) });
  }
  return steps;
}

/**
 * A trust period has passed for every reading and, a little longer, for every wait since before it. Who was paused is who
 * took no step meanwhile.
 */
function tick(state: State, { safeguards }: Context): Step<State>[] {
  const aged = state.instances.map((instance) => ({
    ...instance,
    // An old reading would only tell the epoch, which the next reading or the next write tells as well.
    epochReading: safeguards.readingAgesFromSending
      ? NO_EPOCH_READING
      : { ...instance.epochReading, fresh: false },
    trusted: NO_ROW,
    known: instance.known === Known.not ? Known.not : Known.long,
  }));
  return [{ label: 'a trust period passes', state: { ...state, instances: aged } }];
}

function same(a: Row, b: Row): boolean {
  return a.epoch === b.epoch && a.boot === b.boot;
}

function say({ epoch, on, run }: Row): string {
  return `epoch ${epoch} (${on ? 'on' : 'off'}, run ${run})`;
}
