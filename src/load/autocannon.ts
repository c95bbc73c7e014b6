/** The part of autocannon that is used here: the package has no types. */
interface WireRequest {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A connection, to whose requests one may listen. */
export interface Client {
  setRequests(
    requests: readonly {
      /** Called before each request. */
      setupRequest(request: WireRequest): WireRequest;
      onResponse(
        status: number,
        body: string,
        context: object,
        headers: Readonly<Record<string, string | undefined>>,
      ): void;
    }[],
  ): void;
}

interface Options {
  readonly url: string;
  readonly connections: number;
  /** Seconds. */
  readonly duration: number;
  /** Seconds until a request counts as not answered. */
  readonly timeout: number;
  /** Errors after which it stops. */
  readonly bailout: number;
  readonly setupClient: (client: Client) => void;
}

/** A load that runs; it ends by itself. */
export interface Load extends Promise<{ readonly duration: number }> {
  stop(): void;
}

/** Starts a load. */
// eslint-disable-next-line @typescript-eslint/no-require-imports
export const autocannon = require('autocannon') as (options: Options) => Load;
