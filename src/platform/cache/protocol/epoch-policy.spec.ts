import type { Epoch } from './epoch';
import { decideEpochAction, type StoreStatus, type EpochAction } from './epoch-policy';

const ME = 'me';
const OTHER = 'another';

/** An epoch in use for long, and the store that it names. */
const ON: Epoch = { epoch: '7', state: 'on', runId: 'here', ageMs: 60_000, fences: [], hasFences: false };
const OFF: Epoch = { ...ON, state: 'off' };
const YOUNG = { ageMs: 9_999 };
const NO_LONGER_YOUNG = { ageMs: 10_000 };

const HERE: StoreStatus = { runId: 'here', isAlive: true, openForMs: 60_000, isOnlyStore: false };
const ELSEWHERE = { runId: 'elsewhere' };
const JUST_OPENED = { openForMs: 4_999 };

const fenced = (...fences: string[]) => ({ fences, hasFences: true });

interface Situation {
  readonly what: string;
  readonly epoch: Epoch;
  readonly store: StoreStatus | null;
  readonly action: EpochAction;
}

const situations: readonly Situation[] = [
  { what: 'all is well', epoch: ON, store: HERE, action: 'nothing' },
  { what: 'all is well since a moment', epoch: { ...ON, ageMs: 0 }, store: HERE, action: 'nothing' },
  { what: 'its store is away', epoch: ON, store: null, action: 'nothing' },
  {
    what: 'its store has lost its contents',
    epoch: ON,
    store: { ...HERE, isAlive: false },
    action: 'change epoch',
  },

  // Fences.
  { what: 'another put up a fence', epoch: { ...ON, ...fenced(OTHER) }, store: HERE, action: 'change epoch' },
  { what: 'it put up a fence', epoch: { ...ON, ...fenced(ME) }, store: null, action: 'change epoch' },
  { what: 'another is behind a fence', epoch: { ...OFF, ...fenced(OTHER) }, store: HERE, action: 'nothing' },
  { what: 'it is behind a fence', epoch: { ...OFF, ...fenced(ME) }, store: null, action: 'nothing' },
  {
    what: 'it is behind a fence, and its store is just back',
    epoch: { ...OFF, ...fenced(ME) },
    store: { ...HERE, ...JUST_OPENED },
    action: 'nothing',
  },
  {
    what: 'it is behind a fence, and its store has been back for long',
    epoch: { ...OFF, ...fenced(ME) },
    store: { ...HERE, openForMs: 5_000 },
    action: 'lift fence',
  },
  {
    what: 'both are behind fences, and its own store is back',
    epoch: { ...OFF, ...fenced(OTHER, ME) },
    store: HERE,
    action: 'lift fence',
  },
  {
    what: 'it is behind a fence, and has another store than the epoch had lately',
    epoch: { ...OFF, ...YOUNG, ...fenced(ME) },
    store: { ...HERE, ...ELSEWHERE },
    action: 'nothing',
  },
  {
    what: 'it is behind a fence, and has another store than the epoch had long ago',
    epoch: { ...OFF, ...NO_LONGER_YOUNG, ...fenced(ME) },
    store: { ...HERE, ...ELSEWHERE },
    action: 'lift fence',
  },
  { what: 'nobody has a fence any more', epoch: OFF, store: HERE, action: 'change epoch' },
  { what: 'nobody has a fence any more, but its store is away', epoch: OFF, store: null, action: 'nothing' },
  {
    what: 'the last fence has expired',
    epoch: { ...OFF, hasFences: true },
    store: HERE,
    action: 'change epoch',
  },
  {
    what: 'a fence expired before it took effect',
    epoch: { ...ON, hasFences: true },
    store: HERE,
    action: 'change epoch',
  },

  // Another store than the epoch's.
  {
    what: 'another store is in use since long',
    epoch: { ...ON, ...NO_LONGER_YOUNG },
    store: { ...HERE, ...ELSEWHERE },
    action: 'change epoch',
  },
  {
    what: 'another store came into use while it was connected',
    epoch: { ...ON, ...YOUNG },
    store: { ...HERE, ...ELSEWHERE, openForMs: 10_000 },
    action: 'reconnect',
  },
  {
    what: 'it has connected since to another store all the same',
    epoch: { ...ON, ...YOUNG },
    store: { ...HERE, ...ELSEWHERE, openForMs: 9_998 },
    action: 'raise fence',
  },
  {
    what: 'the memory of a process before it was in use',
    epoch: { ...ON, ...YOUNG },
    store: { ...HERE, ...ELSEWHERE, isOnlyStore: true },
    action: 'change epoch',
  },
  {
    what: 'the epoch is off, young, and of another store, without a fence',
    epoch: { ...OFF, ...YOUNG },
    store: { ...HERE, ...ELSEWHERE },
    action: 'change epoch',
  },
];

describe(decideEpochAction.name, () => {
  it.each(situations)('when $what: $action', ({ epoch, store, action }) => {
    expect(decideEpochAction(epoch, ME, store)).toBe(action);
  });
});
