/** The part of autocannon that is used here: the package has no types. */
export interface Request {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface Options {
  readonly url: string;
  readonly connections: number;
  readonly duration: number;
  readonly requests: readonly {
    readonly setupRequest: (request: Request) => Request;
    readonly onResponse: (
      status: number,
      body: string,
      context: object,
      headers: Readonly<Record<string, string | undefined>>,
    ) => void;
  }[];
}

interface Instance extends Promise<{ readonly duration: number; readonly errors: number }> {
  on(
    event: 'response',
    listener: (client: object, status: number, bytes: number, ms: number) => unknown,
  ): this;
}

/** Starts a load. */
// eslint-disable-next-line @typescript-eslint/no-require-imports
export const autocannon = require('autocannon') as (options: Options) => Instance;
