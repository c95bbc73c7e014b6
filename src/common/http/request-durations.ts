import type {
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  onResponseHookHandler,
  RouteOptions,
} from 'fastify';
import { Durations } from './durations';
import type { ProblemCode } from './problem/problem-types';

/** The methods that a label may have (OpenTelemetry, `http.request.method`). A caller may send any other word. */
const METHODS: ReadonlySet<string> = new Set([
  'CONNECT',
  'DELETE',
  'GET',
  'HEAD',
  'OPTIONS',
  'PATCH',
  'POST',
  'PUT',
  'TRACE',
]);
const OTHER_METHOD = '_OTHER';

/** The requests of one method to one route. */
export class RouteDurations {
  readonly byStatus = new Map<number, Durations>();

  /** @param route the template of the route; empty if there is none. */
  constructor(
    readonly method: string,
    readonly route: string,
  ) {}

  observe(status: number, seconds: number): void {
    let durations = this.byStatus.get(status);
    if (!durations) this.byStatus.set(status, (durations = new Durations()));
    durations.observe(seconds);
  }
}

/**
 * Counts the requests that were answered, however far they came: hits that are sent before Nest, and refusals of the first hook
 * too. Its series are bounded by the routes, methods and statuses of the service, whatever callers send.
 */
export class RequestDurations {
  /** Those of hits in the cache. */
  readonly hits = new Durations();
  /** How many requests were answered with each code. */
  readonly problems = new Map<ProblemCode, number>();
  private readonly series = new Map<string, RouteDurations>();
  private readonly hooks = new WeakSet<object>();

  get all(): Iterable<RouteDurations> {
    return this.series.values();
  }

  /** Must be called before routes are registered. */
  watch(server: FastifyInstance): void {
    server.addHook('onRoute', (route) => this.watchRoute(route));
    server.addHook('onResponse', (request, reply, done) => {
      if (request.is404) this.observeUnrouted(request, reply);
      done();
    });
  }

  /** A request that no route takes. */
  observeUnrouted(request: FastifyRequest, reply: FastifyReply): void {
    const { method } = request;
    this.observe(this.of(METHODS.has(method) ? method : OTHER_METHOD, ''), request, reply);
  }

  /** Bytes that were refused before they were a request. */
  observeMalformed(status: number, code: ProblemCode): void {
    this.of(OTHER_METHOD, '').observe(status, 0);
    this.countProblem(code);
  }

  /** Each route has a hook with its own series, so nothing is looked for, and nothing allocated, when a request is counted. */
  private watchRoute(route: RouteOptions): void {
    const path = route.url.length > 1 ? route.url.replace(/\/$/, '') : route.url;
    const methods = [route.method].flat();
    const series = new Map(methods.map((method) => [method, this.of(method, path)]));
    const hook: onResponseHookHandler = (request, reply, done) => {
      const own = series.get(request.method);
      if (own) this.observe(own, request, reply);
      done();
    };
    // The route of HEAD is made from that of GET, and has its hook.
    const others = [route.onResponse ?? []].flat().filter((other) => !this.hooks.has(other));
    this.hooks.add(hook);
    route.onResponse = [hook, ...others];
  }

  private observe(series: RouteDurations, request: FastifyRequest, reply: FastifyReply): void {
    const seconds = reply.elapsedTime / 1_000;
    series.observe(reply.statusCode, seconds);
    if (reply.getHeader('x-cache') === 'HIT') this.hits.observe(seconds);
    if (request.problem) this.countProblem(request.problem);
  }

  private countProblem(code: ProblemCode): void {
    this.problems.set(code, (this.problems.get(code) ?? 0) + 1);
  }

  private of(method: string, route: string): RouteDurations {
    const key = `${method} ${route}`;
    let series = this.series.get(key);
    if (!series) this.series.set(key, (series = new RouteDurations(method, route)));
    return series;
  }
}
