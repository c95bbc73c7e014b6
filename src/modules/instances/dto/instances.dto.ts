import type { InstanceRole } from '../instance';

export class InstanceCache {
  /**
   * Where the process keeps cached responses.
   * @example "redis"
   */
  store!: 'redis' | 'memory';

  /**
   * Whether it trusted the cache at that moment.
   * @example true
   */
  is_trusted!: boolean;
}

export class EventLoopDelay {
  /**
   * Milliseconds, on average.
   * @example 0.4
   */
  mean!: number;

  /**
   * Milliseconds; 99 of 100 delays are no longer.
   * @example 2.1
   */
  p99!: number;

  /**
   * Milliseconds, at most.
   * @example 5.8
   */
  max!: number;
}

export class InstancePool {
  /**
   * The most connections to the database.
   * @example 10
   */
  size!: number;

  /**
   * Connections that are in use.
   * @example 2
   */
  in_use!: number;

  /**
   * Open connections that nobody uses.
   * @example 3
   */
  idle!: number;

  /**
   * Requests that wait for a connection.
   * @example 0
   */
  waiting!: number;
}

export class Instance {
  /**
   * The id of the process. It gets a new one at every start.
   * @example "7b0c6a2e-8f7b-4f8e-9a57-3f2f5b8f2b11"
   */
  instance_id!: string;

  /**
   * The name of its machine.
   * @example "api-1"
   */
  host!: string;

  /**
   * Its process id there.
   * @example 4711
   */
  pid!: number;

  /**
   * Whether it serves alone (`single`), or is one of several that one process keeps (`worker`).
   * @example "worker"
   */
  role!: InstanceRole;

  /**
   * The version of the service.
   * @example "0.1.0"
   */
  version!: string;

  /**
   * The version of Node.js.
   * @example "22.13.0"
   */
  node_version!: string;

  /** When it started, in UTC (ISO 8601). */
  started_at!: Date;

  /** When it was last heard of, in UTC (ISO 8601). */
  last_heard_at!: Date;

  /**
   * Whether it was not heard for 15 seconds.
   * @example false
   */
  is_away!: boolean;

  /**
   * Whether it is the process that answers this request.
   * @example true
   */
  is_this!: boolean;

  cache!: InstanceCache;

  /** How late its event loop was, in the five seconds before it was heard. */
  event_loop_delay_ms!: EventLoopDelay;

  /** Its connections to the database. */
  pool!: InstancePool;

  /**
   * The memory that it uses, in bytes (resident set size).
   * @example 120000000
   */
  memory_bytes!: number;
}

export class Instances {
  /** Those that started first come first. */
  instances!: Instance[];
}
