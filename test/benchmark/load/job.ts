/** What one turn of load sends. In paths and body `{card}`, `{route}` and `{station}` are filled in, request by request. */
export interface Job {
  readonly url: string;
  readonly connections: number;
  readonly seconds: number;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether each request has an Idempotency-Key of its own. */
  readonly isKeyed?: boolean;
  /** What the same connection reads after each answer; `{other}` is a card far from that one. */
  readonly thenRead?: string;
  readonly cards?: Cards;
  readonly stops?: readonly Stop[];
}

/** Cards in an order in which none comes twice before all have come. */
export interface Cards {
  readonly first: number;
  readonly count: number;
  /** How many of them earlier turns took. */
  readonly taken: number;
}

/** Where a boarding may happen. */
export interface Stop {
  readonly route_id: number;
  readonly station_id: number;
}

/** One operation, so often, each time after its answer was taken out of Redis. */
export interface MissesJob {
  readonly url: string;
  readonly path: string;
  readonly key: string;
  /** The URL of Redis. */
  readonly redis: string;
  readonly times: number;
}

/** Batches of taps, each of the next device; what comes together is of other cards. */
export interface TapsJob {
  readonly url: string;
  readonly connections: number;
  readonly seconds: number;
  /** Taps of one batch. */
  readonly batch: number;
  /** Null: as many as are taken. */
  readonly tapsPerSecond: number | null;
  readonly validators: readonly number[];
  readonly cardNumbers: readonly string[];
  readonly stops: readonly Stop[];
  /** When the first tap of all was, in milliseconds since 1970. */
  readonly beginning: number;
  /** How many batches of this size earlier turns have sent from these devices. */
  readonly sent: number;
}

export interface LoadResult {
  /** Some of them may be without an answer, because the time was over. */
  readonly sent: number;
  readonly requests: number;
  readonly seconds: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** How many answers had which status and X-Cache, such as `200 HIT`. */
  readonly answers: Readonly<Record<string, number>>;
}
