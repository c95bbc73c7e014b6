import type { Epoch } from './epoch';
import { judge, type OwnStore, type Verdict } from './judgement';

const ME = 'me';
const OTHER = 'another';

/** An epoch in use for long, and the store that it names. */
const ON: Epoch = {
  epoch: '7',
  state: 'on',
  runId: 'here',
  age: 60_000,
  fences: [],
  hasFences: false,
  accessVersion: '',
};
const OFF: Epoch = { ...ON, state: 'off' };
const YOUNG = { age: 9_999 };
const SUSPECTED_NO_MORE = { age: 10_000 };

const HERE: OwnStore = { runId: 'here', isAlive: true, openFor: 60_000, isSole: false };
const ELSEWHERE = { runId: 'elsewhere' };
const JUST_OPENED = { openFor: 4_999 };

const fenced = (...fences: string[]) => ({ fences, hasFences: true });

interface Situation {
  readonly what: string;
  readonly epoch: Epoch;
  readonly store: OwnStore | null;
  readonly verdict: Verdict;
}

const situations: readonly Situation[] = [
  { what: 'all is well', epoch: ON, store: HERE, verdict: 'nothing' },
  { what: 'all is well since a moment', epoch: { ...ON, age: 0 }, store: HERE, verdict: 'nothing' },
  { what: 'its store is away', epoch: ON, store: null, verdict: 'nothing' },
  {
    what: 'its store has lost its contents',
    epoch: ON,
    store: { ...HERE, isAlive: false },
    verdict: 'change',
  },

  // Fences.
  { what: 'another put up a fence', epoch: { ...ON, ...fenced(OTHER) }, store: HERE, verdict: 'change' },
  { what: 'it put up a fence', epoch: { ...ON, ...fenced(ME) }, store: null, verdict: 'change' },
  { what: 'another is behind a fence', epoch: { ...OFF, ...fenced(OTHER) }, store: HERE, verdict: 'nothing' },
  { what: 'it is behind a fence', epoch: { ...OFF, ...fenced(ME) }, store: null, verdict: 'nothing' },
  {
    what: 'it is behind a fence, and its store is just back',
    epoch: { ...OFF, ...fenced(ME) },
    store: { ...HERE, ...JUST_OPENED },
    verdict: 'nothing',
  },
  {
    what: 'it is behind a fence, and its store has been back for long',
    epoch: { ...OFF, ...fenced(ME) },
    store: { ...HERE, openFor: 5_000 },
    verdict: 'lift',
  },
  {
    what: 'both are behind fences, and its own store is back',
    epoch: { ...OFF, ...fenced(OTHER, ME) },
    store: HERE,
    verdict: 'lift',
  },
  {
    what: 'it is behind a fence, and has another store than the epoch had lately',
    epoch: { ...OFF, ...YOUNG, ...fenced(ME) },
    store: { ...HERE, ...ELSEWHERE },
    verdict: 'nothing',
  },
  {
    what: 'it is behind a fence, and has another store than the epoch had long ago',
    epoch: { ...OFF, ...SUSPECTED_NO_MORE, ...fenced(ME) },
    store: { ...HERE, ...ELSEWHERE },
    verdict: 'lift',
  },
  { what: 'nobody has a fence any more', epoch: OFF, store: HERE, verdict: 'change' },
  { what: 'nobody has a fence any more, but its store is away', epoch: OFF, store: null, verdict: 'nothing' },
  { what: 'the last fence has expired', epoch: { ...OFF, hasFences: true }, store: HERE, verdict: 'change' },
  {
    what: 'a fence expired before it took effect',
    epoch: { ...ON, hasFences: true },
    store: HERE,
    verdict: 'change',
  },

  // Another store than the epoch's.
  {
    what: 'another store is in use since long',
    epoch: { ...ON, ...SUSPECTED_NO_MORE },
    store: { ...HERE, ...ELSEWHERE },
    verdict: 'change',
  },
  {
    what: 'another store came into use while it was connected',
    epoch: { ...ON, ...YOUNG },
    store: { ...HERE, ...ELSEWHERE, openFor: 10_000 },
    verdict: 'reconnect',
  },
  {
    what: 'it has connected since to another store all the same',
    epoch: { ...ON, ...YOUNG },
    store: { ...HERE, ...ELSEWHERE, openFor: 9_998 },
    verdict: 'fence',
  },
  {
    what: 'the memory of a process before it was in use',
    epoch: { ...ON, ...YOUNG },
    store: { ...HERE, ...ELSEWHERE, isSole: true },
    verdict: 'change',
  },
  {
    what: 'the epoch is off, young, and of another store, without a fence',
    epoch: { ...OFF, ...YOUNG },
    store: { ...HERE, ...ELSEWHERE },
    verdict: 'change',
  },
];

describe(judge.name, () => {
  it.each(situations)('when $what: $verdict', ({ epoch, store, verdict }) => {
    expect(judge(epoch, ME, store)).toBe(verdict);
  });
});
