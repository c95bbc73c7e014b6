import type { FastifyInstance } from 'fastify';
import { OverloadedError } from './problem/service-errors';
import { sendProblem } from './problem/problem.filter';

/** The time between two checks of the clock. After a late check, requests are accepted again when a check is on time. */
const CHECK_INTERVAL_MS = 100;

/** Measures whether the event loop starts its work on time. */
export class EventLoop {
  private timer: NodeJS.Timeout | undefined;
  private dueAt = Infinity;
  private wasLate = false;

  /** @param maxDelayMs by how many milliseconds the loop may be late. */
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

  /** Whether the last check was late, or the next one is late by now: a request can be handled before the timer fires. */
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
 * Refuses requests while the event loop is late, except those under `/health`. An overloaded process still says that it is
 * alive and ready. Otherwise its requests would go to the other processes and overload them too.
 *
 * @param maxDelayMs by how many milliseconds the loop may be late.
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
