import type { Epoch } from './epoch';
import { decideEpochAction, type StoreStatus, type EpochAction } from './epoch-policy';

const ME = 'me';
const OTHER = 'another';

/** An epoch that has been in use for long, and the store that it names. */
const ON: Epoch = {
  epoch: '7',
  state: 'on',
  runId: 'here',
  ageMs: 60_000,
  fences: [],
  hasFences: false,
  isReplicated: false,
  accessVersion: '',
};
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
  { what: 'the epoch is on, and its store answers', epoch: ON, store: HERE, action: 'nothing' },
  {
    what: 'the epoch has just been opened, and its store answers',
    epoch: { ...ON, ageMs: 0 },
    store: HERE,
    action: 'nothing',
  },
  { what: 'the epoch is on, and its store is away', epoch: ON, store: null, action: 'nothing' },
  {
    what: 'its store has lost its contents',
    epoch: ON,
    store: { ...HERE, isAlive: false },
    action: 'change epoch',
  },

  // Fences.
  {
    what: 'another instance has put up a fence',
    epoch: { ...ON, ...fenced(OTHER) },
    store: HERE,
    action: 'change epoch',
  },
  {
    what: 'it has put up a fence itself',
    epoch: { ...ON, ...fenced(ME) },
    store: null,
    action: 'change epoch',
  },
  {
    what: 'the epoch is off because of the fence of another instance',
    epoch: { ...OFF, ...fenced(OTHER) },
    store: HERE,
    action: 'nothing',
  },
  {
    what: 'the epoch is off because of its own fence, and its store is away',
    epoch: { ...OFF, ...fenced(ME) },
    store: null,
    action: 'nothing',
  },
  {
    what: 'the epoch is off because of its own fence, and its store has just come back',
    epoch: { ...OFF, ...fenced(ME) },
    store: { ...HERE, ...JUST_OPENED },
    action: 'nothing',
  },
  {
    what: 'the epoch is off because of its own fence, and its store has answered for long',
    epoch: { ...OFF, ...fenced(ME) },
    store: { ...HERE, openForMs: 5_000 },
    action: 'lift fence',
  },
  {
    what: 'both instances have a fence, and its own store is back',
    epoch: { ...OFF, ...fenced(OTHER, ME) },
    store: HERE,
    action: 'lift fence',
  },
  {
    what: 'its own fence stands, and its store is not that of a young epoch',
    epoch: { ...OFF, ...YOUNG, ...fenced(ME) },
    store: { ...HERE, ...ELSEWHERE },
    action: 'nothing',
  },
  {
    what: 'its own fence stands, and its store is not that of an old epoch',
    epoch: { ...OFF, ...NO_LONGER_YOUNG, ...fenced(ME) },
    store: { ...HERE, ...ELSEWHERE },
    action: 'lift fence',
  },
  { what: 'the epoch is off without any fence', epoch: OFF, store: HERE, action: 'change epoch' },
  {
    what: 'the epoch is off without any fence, but its store is away',
    epoch: OFF,
    store: null,
    action: 'nothing',
  },
  {
    what: 'the epoch is off, and the last fence has expired',
    epoch: { ...OFF, hasFences: true },
    store: HERE,
    action: 'change epoch',
  },
  {
    what: 'the epoch is on, and a fence has expired before it took effect',
    epoch: { ...ON, hasFences: true },
    store: HERE,
    action: 'change epoch',
  },

  // Another store than the epoch's.
  {
    what: 'its store is not that of an old epoch',
    epoch: { ...ON, ...NO_LONGER_YOUNG },
    store: { ...HERE, ...ELSEWHERE },
    action: 'change epoch',
  },
  {
    what: 'its store is not that of a young epoch, and its session is older than the epoch',
    epoch: { ...ON, ...YOUNG },
    store: { ...HERE, ...ELSEWHERE, openForMs: 10_000 },
    action: 'reconnect',
  },
  {
    what: 'its store is not that of a young epoch, and its session is younger than the epoch',
    epoch: { ...ON, ...YOUNG },
    store: { ...HERE, ...ELSEWHERE, openForMs: 9_998 },
    action: 'raise fence',
  },
  {
    what: 'its memory is the only store, and the epoch names that of an earlier process',
    epoch: { ...ON, ...YOUNG },
    store: { ...HERE, ...ELSEWHERE, isOnlyStore: true },
    action: 'change epoch',
  },
  {
    what: 'the epoch is off, young, and of another store, without any fence',
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
