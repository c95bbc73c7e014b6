import type { ConfigurationName } from './configurations';
import type { Safeguards } from './safeguards';

/** The protocol without some of its safeguards, and where that shows. */
export interface Mutant {
  readonly name: string;
  readonly without: readonly (keyof Safeguards)[];
  readonly configuration: ConfigurationName;
}

/** Each of these breaks a promise; a safeguard that could be taken away unseen would be none. */
export const MUTANTS: readonly Mutant[] = [
  { name: 'a fill does not check its token', without: ['fillChecksToken'], configuration: 'races' },
  { name: 'a mark leaves the lease', without: ['markDropsLease'], configuration: 'races' },
  { name: 'a mark leaves the value', without: ['markDropsValue'], configuration: 'races' },
  {
    name: 'a lease is given, and filled, under a mark',
    without: ['marksRefuseLease'],
    configuration: 'races',
  },
  { name: 'the mark comes after the commit', without: ['markBeforeCommit'], configuration: 'races' },
  { name: 'a mark is resolved in progress', without: ['resolveOnlyFinished'], configuration: 'races' },
  { name: 'a failed mark is ignored', without: ['failedMarkStops'], configuration: 'redis' },
  { name: 'nobody asks for alive', without: ['alive'], configuration: 'redis' },
  { name: 'alive is set again', without: ['aliveSetOnce'], configuration: 'redis' },
  {
    name: 'the run is in neither namespace nor trust',
    without: ['runInNamespace', 'runInTrust'],
    configuration: 'redis',
  },
  { name: 'a run keeps its name with other contents', without: ['runNamesContents'], configuration: 'redis' },
  { name: 'no wait after a change of epoch', without: ['waitAfterChange'], configuration: 'epochs' },
  { name: 'a reading ages from its receipt', without: ['readingAgesFromSending'], configuration: 'epochs' },
  { name: 'no exclusive lock for a change of epoch', without: ['exclusiveLock'], configuration: 'epochs' },
  { name: 'the epoch is not in the namespace', without: ['epochInNamespace'], configuration: 'epochs' },
  {
    name: 'a late sweeper takes the present guard',
    without: ['sweepSparesPresent'],
    configuration: 'epochs',
  },
  { name: 'a joiner gets an earlier load', without: ['joinOnlyAcceptedFill'], configuration: 'joiners' },
  { name: 'a joiner shares a fill elsewhere', without: ['joinOwnNamespace'], configuration: 'joiners' },
  { name: 'a mark does not ask for alive (restart)', without: ['markNeedsAlive'], configuration: 'database' },
  {
    name: 'a mark does not ask for alive (releases)',
    without: ['markNeedsAlive'],
    configuration: 'releases',
  },
];

/** Second lines of defence, and what only lets the cache be used again: the promises hold without them. */
export const SECOND_LINES: readonly Mutant[] = [
  { name: 'the run is not in the namespace', without: ['runInNamespace'], configuration: 'redis' },
  { name: 'the run is not in the trust', without: ['runInTrust'], configuration: 'redis' },
  { name: 'the state is not in the trust', without: ['stateInTrust'], configuration: 'epochs' },
  { name: 'no mark is released', without: ['release'], configuration: 'races' },
  { name: 'a release leaves the lease', without: ['releaseDropsLease'], configuration: 'races' },
  { name: 'no fence after a failed mark', without: ['fenceAfterFailedMark'], configuration: 'redis' },
];
