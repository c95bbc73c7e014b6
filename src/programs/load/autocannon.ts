import { createRequire } from 'node:module';
import { StartupError } from '../../common/program/startup-error';

/** The part of autocannon that is used here: the package has no types. */
export interface WireRequest {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What is asked, and who hears the answer. */
export interface Exchange {
  /** Called before each request, with what its connection keeps until the last of the requests. */
  setupRequest(request: WireRequest, context: object): WireRequest;
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
  /** Requests a second of all connections together. */
  readonly overallRate?: number;
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
export type Autocannon = (options: Options) => Load;

/**
 * Loads autocannon, which only development installs.
 *
 * @throws StartupError when it is not installed.
 */
export function loadAutocannon(name = 'autocannon'): Autocannon {
  const require = createRequire(__filename);
  try {
    return require(name) as Autocannon;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    throw new StartupError(
      `npm run load needs the package ${name}, which production leaves out: run npm install`,
    );
  }
}
