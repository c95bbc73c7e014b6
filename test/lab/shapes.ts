import type { Text } from './experiments/text';

/** What the lab tells by its API: to its pages, to the terminal, and to programs. It imports nothing of Node.js. */

export type CityName = 'ours' | 'plain';

export const SERVERS = ['redis', 'postgres'] as const;
export type ServerName = (typeof SERVERS)[number];

export type ProcessState = 'running' | 'paused' | 'down';
export type PostgresState = 'running' | 'paused' | 'restarting';

/** What goes through a link, and what is done to it. */
export interface LinkState {
  readonly server: ServerName;
  /** cut: connections are broken and refused. silent: they are kept, and nothing comes through. */
  readonly state: 'open' | 'cut' | 'silent';
  /** Milliseconds, in each direction. */
  readonly delayMs: number;
  /** Percent of what is sent that is lost, and so comes 200 ms late. */
  readonly lossPercent: number;
  /** Commands or statements since the link was made. */
  readonly requests: number;
}

/** A link, and how much goes through it. */
export interface LinkView extends LinkState {
  readonly requestsPerSecond: number;
}

/** A process, its links, and how much goes through them. */
export interface ProcessView {
  readonly name: string;
  readonly city: CityName;
  readonly url: string;
  readonly pid: number | null;
  readonly state: ProcessState;
  /** From readers and writers. */
  readonly requestsPerSecond: number;
  readonly links: readonly LinkView[];
}

export interface Latency {
  /** How many of the latest reads it is of. */
  readonly count: number;
  /** Milliseconds; null when there were none. */
  readonly p50: number | null;
  readonly p99: number | null;
}

/** What a city's readers and writers have seen since the counters were set to zero. */
export interface CityFigures {
  readonly reads: number;
  readonly readsPerSecond: number;
  readonly writes: number;
  readonly writesPerSecond: number;
  readonly failedReads: number;
  readonly failedWrites: number;
  /** From 0 to 1; null when nothing was read. */
  readonly hitRate: number | null;
  readonly hit: Latency;
  readonly miss: Latency;
  readonly staleAfterAcknowledgement: number;
  readonly wentBackwards: number;
}

/** A read that was older than it may be: who read what, when, and which write it should have seen. */
export interface Offence {
  /** A: older than acknowledged before the read began. B: older than what an earlier read returned. */
  readonly promise: 'A' | 'B';
  readonly process: string;
  readonly path: string;
  readonly quantity: string;
  readonly value: number;
  /** The value that it is below, where that came from and when, by the lab's monotonic clock. */
  readonly floor: number;
  readonly floorFrom: string;
  readonly floorAt: number;
  /** X-Cache. */
  readonly cache: string | null;
  /** RFC 3339, as the two below. */
  readonly began: string;
  readonly ended: string;
  readonly shouldHaveSeenSince: string;
}

export const ACTORS = ['reader', 'writer'] as const;
export type Actor = (typeof ACTORS)[number];

/** A program that is stepped through: the code up to each of its points, and the code behind the last one. */
export interface ProgramText {
  readonly places: readonly { readonly point: string; readonly code: Text }[];
  readonly rest: Text;
}

/** Where a program of a city stands. */
export interface ActorState {
  /** The index of the point at which it stands; null: not begun, or done. */
  readonly at: number | null;
  /** How many of its lines it has done; all of them when it is done, fewer when it ended early. */
  readonly passed: number;
  /** What it was answered with, if it was. */
  readonly seen: string | null;
}

/** What is stored of the card that is stepped with. Null where nobody answers. */
export interface StoredNow {
  readonly database: number | null;
  /** The balance in Redis; null also when there is none. */
  readonly cached: number | null;
  /** What guards the key in our city: the lease of a reader, the mark of a writer. */
  readonly guards: readonly ('lease' | 'mark')[];
}

export interface StepperState {
  readonly cards: Readonly<Record<CityName, number>>;
  readonly actors: Readonly<Record<CityName, Readonly<Record<Actor, ActorState>>>>;
  readonly stored: Readonly<Record<CityName, StoredNow>>;
  /** What was read with `step CITY read`, the latest first. */
  readonly reads: readonly { readonly city: CityName; readonly seen: string }[];
  readonly offences: Readonly<Record<CityName, readonly Offence[]>>;
}

/** All that the lab shows, at one moment. */
export interface LabState {
  readonly at: string;
  readonly seed: number;
  readonly isTrafficOn: boolean;
  /** The experiment that is under way. */
  readonly experiment: string | null;
  readonly redis: { readonly address: string; readonly memory: 'free' | 'full'; readonly hasDump: boolean };
  readonly postgres: { readonly address: string; readonly state: PostgresState };
  readonly processes: readonly ProcessView[];
  readonly cities: Readonly<Record<CityName, CityFigures>>;
  /** The latest first. */
  readonly offences: Readonly<Record<CityName, readonly Offence[]>>;
  /** The stale read by hand, if it was begun. */
  readonly steps: StepperState | null;
}

/** The words of a lesson: what is asked, what one may expect, what is done, and why it comes out as it does. */
export interface Lesson<Step extends string = string> {
  readonly number: number;
  /** As it is called on the command line. */
  readonly name: string;
  readonly title: Text;
  readonly question: Text;
  /** What may be expected, and the index of what is right. */
  readonly prediction: { readonly options: readonly Text[]; readonly right: number };
  /** In the order in which they happen. */
  readonly steps: Readonly<Record<Step, Text>>;
  readonly explanation: Text;
  /** Whether the plain pattern has to break something here. */
  readonly breaksPlain: boolean;
}

/** A step of an experiment as it happens, and what was seen there. */
export interface StepEvent {
  readonly step: string;
  readonly city: CityName;
  readonly seen: string | null;
}

/** What was measured in both cities, and what it says about them. */
export interface Measure {
  readonly name: Text;
  /** Null: not measured there. */
  readonly plain: number | string | null;
  readonly ours: number | string | null;
  /** Whether it shows that the plain pattern broke; left out where nothing is to break. */
  readonly plainBroke?: boolean;
  /** Whether our city did what it promises; left out where nothing is promised. */
  readonly oursKept?: boolean;
}

/** What an experiment showed. */
export interface Outcome {
  readonly experiment: string;
  /** How often it was done; what is below is of the last time, or of the first that failed. */
  readonly repetitions: number;
  readonly seconds: number;
  readonly steps: readonly StepEvent[];
  readonly measures: readonly Measure[];
  /** Why it could not be done to its end; null when it was. */
  readonly error: string | null;
  /** The reads that broke a promise. */
  readonly offences: Readonly<Record<CityName, readonly Offence[]>>;
  /** Where the books of our city break their promises; empty when they are right. */
  readonly brokenBooks: readonly string[];
  readonly oursKeptItsPromises: boolean;
  /** Whether the plain pattern broke where it must; null where it has nothing to break. */
  readonly plainBroke: boolean | null;
  readonly isPassed: boolean;
}

/** `GET /lab/experiments`. */
export interface Lessons {
  readonly experiments: readonly Lesson[];
  readonly programs: Readonly<Record<CityName, Readonly<Record<Actor, ProgramText>>>>;
  /** The latest outcome of each experiment that was done. */
  readonly outcomes: Readonly<Record<string, Outcome>>;
}

/** `GET /lab/commands`. */
export interface CommandText {
  readonly name: string;
  /** Its forms, for people and for pages. */
  readonly usages: readonly string[];
  readonly text: Text;
}
