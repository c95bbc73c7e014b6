import { type Exploration, explore, type Model, type Step } from './checker';
import { at, withItem } from './state';

/*
 * Keys of callers, beside the cache: one key, which is revoked, and other changes of keys. The promise: no request that
 * begins after the revocation was acknowledged is accepted by any process. A tick is half of the time that a look is
 * believed; a pause is no event: it is to take no step for long. One process stands for each of them, since none hears of
 * another but through PostgreSQL.
 */

/** Ticks that a look is believed, and that who revokes waits after the commit. */
const TRUST = 2;
const WAIT = 2;
const INSTANCES = 1;
/** Changes of other keys. */
const OTHER_CHANGES = 2;

/** Each safeguard of revocation; a mutant is without one. */
export interface RevocationSafeguards {
  /** Who revokes waits after the commit for longer than any look is believed. */
  readonly waitAfterCommit: boolean;
  /** A look is as old as its question, not as its receipt. */
  readonly lookAgesFromSending: boolean;
  /** What is known of a key is believed only while a young look vouches for it. */
  readonly tableNeedsLook: boolean;
  /** It is believed only under the version that it was read with. */
  readonly versionInTable: boolean;
  /** A key and the version are read in one statement. */
  readonly versionWithKey: boolean;
}

const ALL: RevocationSafeguards = {
  waitAfterCommit: true,
  lookAgesFromSending: true,
  tableNeedsLook: true,
  versionInTable: true,
  versionWithKey: true,
};

/** Each of these accepts a key after its revocation was acknowledged. */
export const REVOCATION_MUTANTS: readonly { name: string; without: keyof RevocationSafeguards }[] = [
  { name: 'nobody waits after the commit', without: 'waitAfterCommit' },
  { name: 'the age of a look counts from its receipt', without: 'lookAgesFromSending' },
  { name: 'the table of keys is trusted without a look', without: 'tableNeedsLook' },
  { name: 'the table of keys is trusted under any version', without: 'versionInTable' },
  { name: 'the version is read after the key', without: 'versionWithKey' },
];

interface Seen {
  readonly version: number;
  /** Ticks since it was sent, as far as they count. */
  readonly age: number;
}

interface Known {
  readonly version: number;
  readonly isRevoked: boolean;
}

interface Instance {
  /** A look that was answered and not yet received. */
  readonly looking: Seen | null;
  readonly look: Seen | null;
  /** A question for the key that was answered and not yet received; `version` 0: not read yet. */
  readonly asking: Known | null;
  readonly known: Known | null;
}

const Revoking = { idle: 0, committed: 1, acknowledged: 2 } as const;

interface State {
  readonly version: number;
  readonly revoking: number;
  /** Ticks since the commit. */
  readonly waited: number;
  readonly changes: number;
  readonly instances: readonly Instance[];
  readonly isBroken: boolean;
}

type Actor = (state: State, safeguards: RevocationSafeguards) => Step<State>[];

const START: State = {
  version: 1,
  revoking: Revoking.idle,
  waited: 0,
  changes: OTHER_CHANGES,
  instances: Array.from({ length: INSTANCES }, () => ({
    looking: null,
    look: null,
    asking: null,
    known: null,
  })),
  isBroken: false,
};

/** Searches the protocol as it is, or without one safeguard, up to the first request that is accepted and must not be. */
export function searchRevocation(without?: keyof RevocationSafeguards): Exploration {
  const safeguards = { ...ALL, ...(without && { [without]: false }) };
  const model: Model<State> = {
    initial: [{ label: 'no process knows anything', state: START }],
    next: (state) => [revoke, change, ...EACH, tick].flatMap((actor) => actor(state, safeguards)),
    key: (state) => JSON.stringify(state),
    broken: ({ isBroken }) => (isBroken ? 'accepted after its revocation was acknowledged' : null),
  };
  return explore(model, 2_000_000);
}

const revoke: Actor = (state, { waitAfterCommit }) => {
  if (state.revoking === Revoking.idle) {
    const committed = { ...state, version: state.version + 1, revoking: Revoking.committed, waited: 0 };
    return [{ label: 'the revocation commits', state: committed }];
  }
  if (state.revoking === Revoking.acknowledged) return [];
  if (waitAfterCommit && state.waited < WAIT) return [];
  return [{ label: 'the revocation is acknowledged', state: { ...state, revoking: Revoking.acknowledged } }];
};

const change: Actor = (state) =>
  state.changes === 0
    ? []
    : [
        {
          label: 'another key is changed',
          state: { ...state, version: state.version + 1, changes: state.changes - 1 },
        },
      ];

const tick: Actor = (state, { lookAgesFromSending }) => {
  const older = (seen: Seen | null): Seen | null => seen && { ...seen, age: Math.min(seen.age + 1, TRUST) };
  const instances = state.instances.map((instance) => ({
    ...instance,
    looking: lookAgesFromSending ? older(instance.looking) : instance.looking,
    look: older(instance.look),
  }));
  const waited = state.revoking === Revoking.committed ? Math.min(state.waited + 1, WAIT) : state.waited;
  return [{ label: 'time passes', state: { ...state, instances, waited } }];
};

const EACH: readonly Actor[] = [look, ask, request].map(
  (actor): Actor =>
    (state, safeguards) =>
      state.instances.flatMap((instance, index) => actor(state, instance, index, safeguards)),
);

/** Sending and being answered are one step, as a look that was sent earlier says the same and ages sooner. */
function look(state: State, instance: Instance, index: number): Step<State>[] {
  const who = `process ${index + 1}`;
  if (instance.looking) {
    const received = withInstance(state, index, { looking: null, look: instance.looking });
    return [{ label: `${who} receives its look at version ${instance.looking.version}`, state: received }];
  }
  const looking = { version: state.version, age: 0 };
  return [
    { label: `${who} looks: version ${state.version}`, state: withInstance(state, index, { looking }) },
  ];
}

/** What a process reads of the key; how long that takes to arrive, nobody knows. */
function ask(
  state: State,
  { asking }: Instance,
  index: number,
  { versionWithKey }: RevocationSafeguards,
): Step<State>[] {
  const who = `process ${index + 1}`;
  const isRevoked = state.revoking !== Revoking.idle;
  if (!asking) {
    const read = { version: versionWithKey ? state.version : 0, isRevoked };
    const label = `${who} reads the key: ${isRevoked ? 'revoked' : 'in force'}`;
    return [{ label, state: withInstance(state, index, { asking: read }) }];
  }
  if (asking.version === 0) {
    const read = { ...asking, version: state.version };
    return [
      { label: `${who} reads version ${read.version}`, state: withInstance(state, index, { asking: read }) },
    ];
  }
  const label = `${who} knows the key under version ${asking.version}`;
  return [{ label, state: withInstance(state, index, { asking: null, known: asking }) }];
}

/** One that asks PostgreSQL is judged by what is committed, and needs no step of its own. */
function request(
  state: State,
  { look, known }: Instance,
  index: number,
  { tableNeedsLook, versionInTable }: RevocationSafeguards,
): Step<State>[] {
  if (!known || known.isRevoked || state.revoking !== Revoking.acknowledged) return [];
  if (tableNeedsLook) {
    if (!look || look.age >= TRUST) return [];
    if (versionInTable && look.version !== known.version) return [];
  }
  return [{ label: `process ${index + 1} accepts the key`, state: { ...state, isBroken: true } }];
}

function withInstance(state: State, index: number, changes: Partial<Instance>): State {
  return {
    ...state,
    instances: withItem(state.instances, index, { ...at(state.instances, index), ...changes }),
  };
}
