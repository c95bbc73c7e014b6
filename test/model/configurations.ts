/** What can go wrong beside pauses; `fence` is a bulk writer's. */
export type Fault = 'cut' | 'flush' | 'restart' | 'failover' | 'fence' | 'crash' | 'database';

/** The bounds of one search; nothing else is bounded. */
export interface Configuration {
  readonly name: string;
  /** The version of the stored form that each instance writes. */
  readonly forms: readonly number[];
  /** The instance of each writer, which commits once, and may be rolled back and run again before. */
  readonly writers: readonly number[];
  /** For each reader the instances on which it may begin; it reads any number of times. */
  readonly readers: readonly (readonly number[])[];
  /** Whether trust ends and is renewed; otherwise every instance trusts the first epoch for ever. */
  readonly time: boolean;
  /** Whether the keys of old epochs are deleted, at any time. */
  readonly sweeps: boolean;
  readonly faults: readonly Fault[];
  /** How many faults there are in all. */
  readonly budget: number;
  /** How many epochs are opened at most; null for any number. */
  readonly openings: number | null;
}

const EITHER = [0, 1];

/** One writer, one reader and two instances of the same release; time, and no faults. */
const SMALL: Configuration = {
  name: '',
  forms: [1, 1],
  writers: [0],
  readers: [EITHER],
  time: true,
  sweeps: false,
  faults: [],
  budget: 0,
  openings: null,
};

const RACES: Configuration = {
  ...SMALL,
  name: 'races without faults',
  writers: [0, 1],
  readers: [[0], [1], [1]],
  time: false,
};
const REDIS: Configuration = {
  ...SMALL,
  name: 'Redis fails',
  faults: ['cut', 'flush', 'restart'],
  budget: 1,
};
// Two servers that are both up take the epoch from each other for ever.
const SERVERS: Configuration = {
  ...SMALL,
  name: 'two servers',
  faults: ['failover'],
  budget: 1,
  openings: 1,
};
const EPOCHS: Configuration = {
  ...SMALL,
  name: 'epochs, crashes and late readings',
  sweeps: true,
  faults: ['fence', 'crash'],
  budget: 1,
};
const JOINERS: Configuration = {
  ...SMALL,
  name: 'joiners in one process',
  forms: [1],
  readers: [[0], [0]],
  faults: ['fence', 'cut', 'flush'],
  budget: 1,
};
const DATABASE: Configuration = {
  ...SMALL,
  name: 'PostgreSQL is restarted',
  faults: ['database'],
  budget: 1,
};
// And so do two releases.
const RELEASES: Configuration = {
  ...SMALL,
  name: 'two releases side by side',
  forms: [1, 2],
  writers: [1],
  openings: 2,
};

/** What is searched with the tests; each is explored wholly. */
export const CONFIGURATIONS = {
  races: RACES,
  redis: REDIS,
  servers: SERVERS,
  epochs: EPOCHS,
  joiners: JOINERS,
  database: DATABASE,
  releases: RELEASES,
};

/** The name of a configuration. */
export type ConfigurationName = keyof typeof CONFIGURATIONS;

/** What takes minutes each. */
export const LONG_CONFIGURATIONS: readonly Configuration[] = [
  { ...RACES, name: 'races, readers anywhere', readers: [EITHER, EITHER, EITHER] },
  { ...JOINERS, name: 'joiners, two faults', budget: 2 },
  { ...EPOCHS, name: 'epochs, two writers', writers: [0, 1], sweeps: false },
  {
    ...DATABASE,
    name: 'PostgreSQL is restarted, one more fault',
    faults: ['database', 'cut', 'fence'],
    budget: 2,
  },
  { ...RELEASES, name: 'two releases, one fault', faults: ['cut', 'flush', 'fence'], budget: 1 },
  { ...SERVERS, name: 'two servers, two openings', openings: 2 },
  { ...REDIS, name: 'Redis fails twice', budget: 2 },
];
