/** The part of autocannon that is used here: the package has no types. */
export interface WireRequest {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What is asked, and who hears the answer. */
interface Exchange {
  /** Called before each request. */
  setupRequest(request: WireRequest): WireRequest;
  onResponse(
    status: number,
    body: string,
    context: object,
    headers: Readonly<Record<string, string | undefined>>,
  ): void;
}

/** A connection, to whose requests one may listen. */
export interface Client {
  setRequests(requests: readonly Exchange[]): void;
}

interface Options {
  readonly url: string;
  readonly connections: number;
  /** Seconds. */
  readonly duration: number;
  /** Seconds until a request counts as not answered. */
  readonly timeout?: number;
  /** Errors after which it stops. */
  readonly bailout?: number;
  readonly setupClient?: (client: Client) => void;
  /** Of all connections. */
  readonly requests?: readonly Exchange[];
}

/** A load that runs; it ends by itself. */
export interface Load extends Promise<{ readonly duration: number; readonly errors: number }> {
  stop(): void;
  on(
    event: 'response',
    listener: (client: object, status: number, bytes: number, milliseconds: number) => unknown,
  ): this;
}

/** Starts a load. */
// eslint-disable-next-line @typescript-eslint/no-require-imports
export const autocannon = require('autocannon') as (options: Options) => Load;
