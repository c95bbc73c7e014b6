import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Service } from './service';

/** One response as it came. */
export interface RawResponse {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  /** The parsed problem or answer; null when there is none. */
  readonly body: unknown;
}

/** A connection on which a test sends bytes that no HTTP client would. */
export class RawConnection {
  private received = '';

  private constructor(private readonly socket: Socket) {
    socket.on('data', (chunk: Buffer) => (this.received += chunk.toString()));
    // A connection that is reset has closed, too.
    socket.on('error', () => undefined);
  }

  static async open({ url }: Pick<Service, 'url'>): Promise<RawConnection> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    return new RawConnection(socket);
  }

  send(text: string): this {
    this.socket.write(text);
    return this;
  }

  get isOpen(): boolean {
    return !this.socket.destroyed;
  }

  /** All responses that came until the service closed the connection. */
  async untilClosed(): Promise<RawResponse[]> {
    if (this.isOpen) await once(this.socket, 'close');
    return responsesIn(this.received);
  }

  /** All responses that have come. */
  get responses(): RawResponse[] {
    return responsesIn(this.received);
  }

  close(): void {
    this.socket.destroy();
  }

  /** Leaves at once, as a caller does whose process was killed. The service may still be reading what was sent. */
  reset(): void {
    this.socket.resetAndDestroy();
  }
}

/** Sends one text on a connection of its own, and waits until the service closes that. */
export async function exchange(service: Pick<Service, 'url'>, text: string): Promise<RawResponse[]> {
  const connection = await RawConnection.open(service);
  return connection.send(text).untilClosed();
}

/** Every response of the service has a Content-Length, or no body. */
function responsesIn(text: string): RawResponse[] {
  const [head, ...rest] = text.split('\r\n\r\n');
  if (head === undefined || rest.length === 0) return [];
  const after = rest.join('\r\n\r\n');
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = new Map(
    lines.map((line) => [line.split(':')[0]?.toLowerCase() ?? '', line.slice(line.indexOf(':') + 1).trim()]),
  );
  // In these tests bodies are ASCII: characters are bytes.
  const length = Number(headers.get('content-length') ?? 0);
  const body = after.slice(0, length);
  const response = {
    status: Number(statusLine.split(' ')[1]),
    headers,
    body: headers.get('content-type')?.includes('json') && body ? (JSON.parse(body) as unknown) : null,
  };
  return [response, ...responsesIn(after.slice(length))];
}
