import type { Configuration } from './configurations';
import type { Step } from './checker';
import type { Safeguards } from './safeguards';
import {
  at,
  type Instance,
  type Place,
  type Reader,
  type Row,
  type State,
  withItem,
  type Writer,
} from './state';

/** What is the same in every state of one search. */
export interface Context {
  readonly configuration: Configuration;
  readonly safeguards: Safeguards;
}

/** The steps that an actor can take in a state. */
export type Actor = (state: State, context: Context) => Step<State>[];

export function withWriter(state: State, index: number, changes: Partial<Writer>): State {
  return { ...state, writers: withItem(state.writers, index, { ...at(state.writers, index), ...changes }) };
}

export function withReader(state: State, index: number, changes: Partial<Reader>): State {
  return { ...state, readers: withItem(state.readers, index, { ...at(state.readers, index), ...changes }) };
}

export function withInstance(state: State, index: number, changes: Partial<Instance>): State {
  return {
    ...state,
    instances: withItem(state.instances, index, { ...at(state.instances, index), ...changes }),
  };
}

/** Where an instance finds the key on a server, under a row that it read. */
export function placeOf(
  server: number,
  row: Row,
  instance: number,
  { configuration, safeguards }: Context,
): Place {
  return {
    server,
    run: safeguards.runInNamespace ? server : 0,
    epoch: safeguards.epochInNamespace ? row.epoch : 0,
    boot: row.boot,
    form: at(configuration.forms, instance),
  };
}
