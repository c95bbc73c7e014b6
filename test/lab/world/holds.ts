import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { HoldPoint } from './hold-point';

/** Requests that stand at a point of their process. */
export interface Hold {
  /** Resolves when as many as were asked for have come to the point. */
  readonly reached: Promise<void>;
  /** Lets them go on; those that come later are not held. */
  release(): void;
}

/** What is to be held: the next `count` requests at this point, of this subject (the key of a read), or of any. */
export interface HoldRequest {
  readonly point: HoldPoint;
  readonly subject?: string;
  readonly count?: number;
}

interface Armed {
  readonly release: () => void;
  readonly arm: () => void;
  readonly arrive: () => void;
}

interface Heard {
  readonly hello?: string;
  readonly armed?: number;
  readonly reached?: number;
}

/** How long a request may take to a point before something is wrong. */
const LIMIT_MS = 45_000;

/** Holds requests of the cities' processes at named points: `hold-points.cjs` is its other end. */
export class Holds {
  private readonly server: Server;
  private readonly sockets = new Map<string, Socket>();
  private readonly armed = new Map<number, Armed>();
  private lastId = 0;

  private constructor(readonly path: string) {
    this.server = createServer((socket) => this.greet(socket));
  }

  /** @param path of the socket, which must not be there yet. */
  static async open(path: string): Promise<Holds> {
    const holds = new Holds(path);
    holds.server.listen(path);
    await once(holds.server, 'listening');
    return holds;
  }

  /** Resolves when the process knows what to hold. */
  async hold(process: string, { point, subject, count = 1 }: HoldRequest): Promise<Hold> {
    const socket = this.sockets.get(process);
    if (!socket) throw new Error(`${process} does not hear the lab`);
    const id = (this.lastId += 1);
    const heard = signal();
    const arrived = signal();
    let missing = count;
    const release = (): void => {
      this.armed.delete(id);
      say(socket, { go: id });
    };
    this.armed.set(id, {
      release,
      arm: heard.resolve,
      arrive: () => {
        if ((missing -= 1) === 0) arrived.resolve();
      },
    });
    say(socket, { arm: { id, point, subject: subject ?? null, count } });
    await within(heard.promise, `${process} did not hear the lab`);
    const reached = within(arrived.promise, `no request came to the point "${point}" of ${process}`);
    // Who does not wait for it is not to end the lab.
    reached.catch(() => undefined);
    return { reached, release };
  }

  /** Whether a process that was started hears the lab by now. */
  isHeardBy(process: string): boolean {
    return this.sockets.has(process);
  }

  /** Lets everything go on, and holds nothing any more: an experiment may have failed in the middle. */
  releaseAll(): void {
    for (const { release } of this.armed.values()) release();
  }

  close(): void {
    this.server.close();
    this.sockets.forEach((socket) => socket.destroy());
  }

  private greet(socket: Socket): void {
    let name = '';
    createInterface({ input: socket }).on('line', (line) => {
      const { hello, armed, reached } = JSON.parse(line) as Heard;
      if (hello !== undefined) this.sockets.set((name = hello), socket);
      if (armed !== undefined) this.armed.get(armed)?.arm();
      if (reached !== undefined) this.armed.get(reached)?.arrive();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (this.sockets.get(name) === socket) this.sockets.delete(name);
    });
  }
}

function signal(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}

function say(socket: Socket, message: object): void {
  socket.write(`${JSON.stringify(message)}\n`);
}

async function within(promise: Promise<void>, complaint: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(complaint)), LIMIT_MS);
  });
  try {
    await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}
