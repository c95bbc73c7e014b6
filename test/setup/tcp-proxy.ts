import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Starts a proxy in front of the server of a URL. */
export async function startProxy(target: string): Promise<TcpProxy> {
  const proxy = new TcpProxy(new URL(target));
  await proxy.open();
  return proxy;
}

/** The least time after which Linux sends again what was not acknowledged. */
const RETRANSMISSION_MS = 200;

/** What is on its way, and when it is due. */
interface Chunk {
  readonly bytes: Buffer;
  readonly due: number;
}

/** What the next caller who sends a text will lose. */
interface Doomed {
  readonly text: string;
  readonly part: 'request' | 'answer';
  readonly onLost: () => void;
}

/** Stands before a server, so that a test can take the server away: by a cut, by silence, by delay, or by a lost answer. */
export class TcpProxy {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private port = 0;
  private silent = false;
  private delay = 0;
  private loss = (): boolean => false;
  private doomed: Doomed | null = null;
  private detained: string | null = null;
  private endsAreLate = false;
  private received = 0;

  /** @param host the address on which it listens. */
  constructor(
    private target: URL,
    private readonly host = '127.0.0.1',
  ) {
    this.server = createServer({ noDelay: true }, (caller) => this.join(caller));
  }

  /** The server's URL by way of this proxy. */
  get url(): string {
    const url = new URL(this.target);
    url.hostname = this.host;
    url.port = String(this.port);
    return url.href;
  }

  /** How many messages callers have sent, if each waits for an answer before its next. */
  get messages(): number {
    return this.received;
  }

  get isListening(): boolean {
    return this.server.listening;
  }

  async open(): Promise<void> {
    this.server.listen(this.port, this.host);
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  /** Breaks every connection and refuses new ones, until it is opened again. */
  async cut(): Promise<void> {
    this.server.close();
    this.sockets.forEach((socket) => socket.destroy());
    await once(this.server, 'close');
  }

  /**
   * Leads new connections to another server, as a balancer does.
   *
   * @param keepSessions leaves the connections to the old one as they are; otherwise it breaks them.
   */
  leadTo(target: string, keepSessions = false): void {
    this.target = new URL(target);
    if (!keepSessions) this.sockets.forEach((socket) => socket.destroy());
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

  /**
   * Loses what `isLost` says, as a network does: TCP sends it again, so that it comes late, and whatever follows it waits.
   */
  lose(isLost: () => boolean): void {
    this.loss = isLost;
  }

  /**
   * The next caller who sends this text loses its connection instead of the answer, after the server has done it.
   *
   * @param onLost is called when that happens, before the caller can notice.
   */
  loseAnswerTo(text: string, onLost = (): void => undefined): void {
    this.doomed = { text, part: 'answer', onLost };
  }

  /** The next caller who sends this text loses its connection, and the server does not get the text. */
  loseRequest(text: string, onLost = (): void => undefined): void {
    this.doomed = { text, part: 'request', onLost };
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
    if (this.isListening) await this.cut();
  }

  protected join(caller: Socket): void {
    const server = connect({ port: Number(this.target.port), host: this.target.hostname, noDelay: true });
    caller.on('data', (bytes: Buffer) => {
      this.received += 1;
      if (server.closed) return void caller.resetAndDestroy();
      const { doomed } = this;
      if (doomed === null || !bytes.includes(doomed.text)) return;
      this.doomed = null;
      if (doomed.part === 'request') {
        doomed.onLost();
        server.destroy();
        caller.destroy();
        return;
      }
      // Before the answer is written to the caller.
      server.prependOnceListener('data', () => {
        doomed.onLost();
        caller.destroy();
      });
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
      const delay = this.delay + (this.loss() ? RETRANSMISSION_MS : 0);
      if (delay === 0 && late.length === 0) return void to.write(bytes);
      late.push({ bytes, due: performance.now() + delay });
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
    // A timer is never more exact, and each piece of a message would wait for one of its own.
    if (wait >= 1) {
      setTimeout(() => deliver(late, to), wait);
      return;
    }
    to.write(first.bytes);
    late.shift();
  }
}
