import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Stands before a server, and can lose its answer to one message: the server has done what its caller never hears of. */
export class LossyProxy {
  private readonly sockets = new Set<Socket>();
  private doomed: string | null = null;

  private constructor(
    private readonly target: URL,
    private readonly server: Server,
  ) {}

  static async open(target: string): Promise<LossyProxy> {
    const server = createServer();
    const proxy = new LossyProxy(new URL(target), server);
    server.on('connection', (caller: Socket) => proxy.join(caller));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  /** The server's URL by way of this proxy. */
  get url(): string {
    const url = new URL(this.target);
    url.host = `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return url.href;
  }

  /** The next caller whose message has this text in it loses its connection instead of the answer. */
  loseAnswerTo(text: string): void {
    this.doomed = text;
  }

  async close(): Promise<void> {
    this.sockets.forEach((socket) => socket.destroy());
    this.server.close();
    await once(this.server, 'close');
  }

  private join(caller: Socket): void {
    const server = connect(Number(this.target.port), this.target.hostname);
    let isDoomed = false;
    caller.on('data', (chunk) => {
      if (this.doomed !== null && chunk.includes(this.doomed)) {
        isDoomed = true;
        this.doomed = null;
      }
      server.write(chunk);
    });
    server.on('data', (chunk) => (isDoomed ? caller.destroy() : caller.write(chunk)));
    for (const [socket, other] of [
      [caller, server],
      [server, caller],
    ] as const) {
      this.sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.sockets.delete(socket);
        other.destroy();
      });
    }
  }
}
