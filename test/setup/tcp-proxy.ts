import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Starts a proxy in front of the server of a URL. */
export async function startProxy(target: string): Promise<TcpProxy> {
  const proxy = new TcpProxy(new URL(target));
  await proxy.open();
  return proxy;
}

/** What is on its way, and when it is due. */
interface Chunk {
  readonly bytes: Buffer;
  readonly due: number;
}

/** Stands before a server, so that a test can take the server away: by a cut, by silence, by delay, or by a lost answer. */
export class TcpProxy {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private port = 0;
  private silent = false;
  private delay = 0;
  private doomed: string | null = null;
  private detained: string | null = null;
  private endsAreLate = false;
  private received = 0;

  constructor(private readonly target: URL) {
    this.server = createServer({ noDelay: true }, (caller) => this.join(caller));
  }

  /** The server's URL by way of this proxy. */
  get url(): string {
    const url = new URL(this.target);
    url.hostname = '127.0.0.1';
    url.port = String(this.port);
    return url.href;
  }

  /** How many messages callers have sent, if each waits for an answer before its next. */
  get messages(): number {
    return this.received;
  }

  async open(): Promise<void> {
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  /** Breaks every connection and refuses new ones, until it is opened again. */
  async cut(): Promise<void> {
    this.server.close();
    this.sockets.forEach((socket) => socket.destroy());
    await once(this.server, 'close');
  }

  /** Keeps every connection and takes new ones, and lets nothing through. */
  silence(): void {
    this.silent = true;
    this.sockets.forEach((socket) => socket.pause());
  }

  /** Lets through what was held back, and everything after it. */
  resume(): void {
    this.silent = false;
    this.sockets.forEach((socket) => socket.resume());
  }

  /** After a silence: takes new connections as usual, and never lets through what the old ones held back. */
  forget(): void {
    this.silent = false;
  }

  /** Lets everything through so many milliseconds late, in each direction, until it is 0 again. */
  delayBy(milliseconds: number): void {
    this.delay = milliseconds;
  }

  /** The next caller who sends this text loses its connection instead of the answer, after the server has done it. */
  loseAnswerTo(text: string): void {
    this.doomed = text;
  }

  /**
   * From now on what the server says with this text waits until the server has ended the connection, and then comes in
   * one with its last words; null: no more.
   */
  detain(text: string | null): void {
    this.detained = text;
  }

  /** From now on a caller hears that the server has ended its connection only when it sends something. */
  delayEnds(): void {
    this.endsAreLate = true;
  }

  async stop(): Promise<void> {
    if (this.server.listening) await this.cut();
  }

  private join(caller: Socket): void {
    const server = connect({ port: Number(this.target.port), host: this.target.hostname, noDelay: true });
    caller.on('data', (bytes: Buffer) => {
      this.received += 1;
      if (server.closed) return void caller.resetAndDestroy();
      if (this.doomed === null || !bytes.includes(this.doomed)) return;
      this.doomed = null;
      // Before the answer is written to the caller.
      server.prependListener('data', () => caller.destroy());
    });
    server.on('data', (bytes: Buffer) => {
      if (this.detained === null || !bytes.includes(this.detained)) return;
      caller.cork();
      server.once('end', () => caller.uncork());
    });
    this.forward(caller, server);
    this.forward(server, caller, () => this.endsAreLate);
  }

  private forward(from: Socket, to: Socket, isEndLate = (): boolean => false): void {
    this.sockets.add(from);
    const late: Chunk[] = [];
    from.on('data', (bytes: Buffer) => {
      if (this.delay === 0 && late.length === 0) return void to.write(bytes);
      late.push({ bytes, due: performance.now() + this.delay });
      if (late.length === 1) deliver(late, to);
    });
    from.on('error', () => undefined);
    from.on('close', () => {
      this.sockets.delete(from);
      if (!isEndLate()) to.destroy();
    });
    if (this.silent) from.pause();
  }
}

/** Writes what is due, in the order in which it came, and comes back for the rest. */
function deliver(late: Chunk[], to: Socket): void {
  for (let [first] = late; first; [first] = late) {
    const wait = first.due - performance.now();
    if (wait > 0) {
      setTimeout(() => deliver(late, to), wait);
      return;
    }
    to.write(first.bytes);
    late.shift();
  }
}
