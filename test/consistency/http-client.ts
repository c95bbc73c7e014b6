import { Agent, type IncomingMessage, request } from 'node:http';

/** What a process answered. */
export interface Reply {
  readonly status: number;
  /** X-Cache. */
  readonly cache: string | undefined;
  readonly body: string;
}

export interface Message {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Milliseconds of silence after which the connection is given up. */
  readonly timeoutMs: number;
}

/** Sends requests to one process over connections that are kept. */
export class HttpClient {
  private readonly agent = new Agent({ keepAlive: true, noDelay: true });

  /** @param ownHeaders what every request has that does not say otherwise. */
  constructor(
    private readonly port: number,
    private readonly ownHeaders: Readonly<Record<string, string>> = {},
    private readonly host = '127.0.0.1',
  ) {}

  /** Rejects when no whole answer came. */
  async send({ method, path, headers: given, body, timeoutMs }: Message): Promise<Reply> {
    const headers = { ...this.ownHeaders, ...given };
    return new Promise((resolve, reject) => {
      const sent = request(
        { host: this.host, port: this.port, agent: this.agent, method, path, headers, timeout: timeoutMs },
        (response) => collect(response, resolve, reject),
      );
      sent.on('error', reject);
      sent.on('timeout', () => sent.destroy(new Error(`no answer within ${timeoutMs} ms`)));
      sent.end(body);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}

function collect(
  response: IncomingMessage,
  resolve: (reply: Reply) => void,
  reject: (error: Error) => void,
): void {
  let body = '';
  response.setEncoding('utf8');
  response.on('data', (chunk: string) => (body += chunk));
  response.on('error', reject);
  response.on('end', () => {
    const cache = response.headers['x-cache'];
    resolve({ status: response.statusCode ?? 0, cache: typeof cache === 'string' ? cache : undefined, body });
  });
}

export function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
