import type { FastifyInstance } from 'fastify';
import { OverloadedError } from './problem/service-errors';
import { sendProblem } from './problem/problem.filter';

/** Milliseconds between two looks at the clock: so long after the last late one requests are taken again. */
const LOOK_EVERY = 100;

/** Whether the event loop comes to its work in time. */
export class EventLoop {
  private timer: NodeJS.Timeout | undefined;
  private dueAt = Infinity;
  private wasLate = false;

  /** @param mostDelay milliseconds that the loop may be late. */
  constructor(private readonly mostDelay: number) {}

  start(): void {
    this.dueAt = performance.now() + LOOK_EVERY;
    this.timer = setInterval(() => this.look(), LOOK_EVERY).unref();
  }

  stop(): void {
    clearInterval(this.timer);
    this.dueAt = Infinity;
    this.wasLate = false;
  }

  /** Late at the last look, or now: a request may be taken up before the timer is. */
  get isLate(): boolean {
    return this.wasLate || this.delay > this.mostDelay;
  }

  private get delay(): number {
    return performance.now() - this.dueAt;
  }

  private look(): void {
    this.wasLate = this.delay > this.mostDelay;
    this.dueAt = performance.now() + LOOK_EVERY;
  }
}

/**
 * Refuses requests while the event loop is late, except those about the service's health: an overloaded process is alive
 * and ready, since the requests that it is not sent would only overload the others.
 *
 * @param mostDelay milliseconds that the loop may be late.
 */
export function refuseWhileLate(server: FastifyInstance, mostDelay: number): void {
  const loop = new EventLoop(mostDelay);
  server.addHook('onListen', (done) => {
    loop.start();
    done();
  });
  server.addHook('onClose', (_server, done) => {
    loop.stop();
    done();
  });
  server.addHook('onRequest', (request, reply, done) => {
    if (loop.isLate && !/^\/health\b/.test(request.raw.url ?? ''))
      sendProblem(new OverloadedError(), request, reply);
    else done();
  });
}
