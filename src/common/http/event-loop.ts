import type { FastifyInstance } from 'fastify';
import { OverloadedError } from './problem/service-errors';
import { sendProblem } from './problem/problem.filter';

/** Between two checks of the clock. After a late check, requests are accepted again when the next one is in time. */
const CHECK_INTERVAL_MS = 100;

/** Whether the event loop comes to its work in time. */
export class EventLoop {
  private timer: NodeJS.Timeout | undefined;
  private dueAt = Infinity;
  private wasLate = false;

  /** @param maxDelayMs milliseconds that the loop may be late. */
  constructor(private readonly maxDelayMs: number) {}

  start(): void {
    this.dueAt = performance.now() + CHECK_INTERVAL_MS;
    this.timer = setInterval(() => this.check(), CHECK_INTERVAL_MS).unref();
  }

  stop(): void {
    clearInterval(this.timer);
    this.dueAt = Infinity;
    this.wasLate = false;
  }

  /** Late at the last look, or now: a request may be taken up before the timer is. */
  get isLate(): boolean {
    return this.wasLate || this.delayMs > this.maxDelayMs;
  }

  private get delayMs(): number {
    return performance.now() - this.dueAt;
  }

  private check(): void {
    this.wasLate = this.delayMs > this.maxDelayMs;
    this.dueAt = performance.now() + CHECK_INTERVAL_MS;
  }
}

/**
 * Refuses requests while the event loop is late, except those about the service's health: an overloaded process is alive
 * and ready, since the requests that it is not sent would only overload the others.
 *
 * @param maxDelayMs milliseconds that the loop may be late.
 */
export function refuseWhileLate(server: FastifyInstance, maxDelayMs: number): void {
  const loop = new EventLoop(maxDelayMs);
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
