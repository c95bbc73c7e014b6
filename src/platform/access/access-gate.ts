import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import {
  KeyExpiredError,
  KeyInvalidError,
  KeyRequiredError,
  KeyRevokedError,
  NetworkNotAllowedError,
  ScopeMissingError,
} from '../../common/http/problem/access-errors';
import { DomainError } from '../../common/http/problem/domain-error';
import { sendProblem } from '../../common/http/problem/problem.filter';
import { Clock } from '../../common/time/clock';
import { AppConfig } from '../config/app-config';
import { hasDigest, idOfAccessKey, isAccessKey } from './access-key';
import type { AccessPolicy } from './access-policy';
import type { AccessWitness, Noted } from './access-witness';
import { ANYBODY } from './caller';
import { isIn, type KnownKey, KeyTable } from './key-table';
import { ObjectAccess } from './object-access';
import { refuseBeyondLoopback } from './open-mode';

type Done = (error?: Error) => void;
type Hook = (request: FastifyRequest, reply: FastifyReply, done: Done) => void;

/** The one route that is no controller's. */
const PUBLIC_PATHS: readonly string[] = ['/openapi.json'];
const BEARER = /^Bearer +(\S+) *$/i;

/** Lets a request through to its operation, or refuses it, before anything else of it is looked at. */
@Injectable()
export class AccessGate {
  private readonly hooks = new Map<AccessPolicy, Hook>();
  private readonly publicPaths = new Set<string>(PUBLIC_PATHS);
  private witness: AccessWitness | null = null;

  constructor(
    private readonly keys: KeyTable,
    private readonly objects: ObjectAccess,
    private readonly config: AppConfig,
    private readonly clock: Clock,
  ) {}

  /**
   * Takes every request for anybody's, and one from elsewhere in open mode not at all; called before anything can answer.
   *
   * @param witness remembers refusals and what is to be noted.
   */
  receive(server: FastifyInstance, witness: AccessWitness): void {
    this.witness = witness;
    server.decorateRequest('caller');
    server.addHook('onRequest', (request, _reply, done) => {
      request.caller = ANYBODY;
      done();
    });
    if (this.config.authMode === 'open') refuseBeyondLoopback(server, this.refuse);
  }

  /** Puts a guard before every route; called before they are registered, and after what reads their requests. */
  guard(server: FastifyInstance): void {
    server.addHook('onRoute', (route) => this.guardRoute(route));
  }

  /** Goes on when who asks for an unserved method of a path may know that there is such a path. */
  readonly beforeNaming = (path: string, request: FastifyRequest, reply: FastifyReply, done: Done): void => {
    if (!this.asksForKeys || this.publicPaths.has(path)) done();
    else this.authenticate(request, reply, () => done());
  };

  private get asksForKeys(): boolean {
    return this.config.authMode === 'required';
  }

  private guardRoute(route: RouteOptions): void {
    const policy = route.config?.access;
    if (!policy && !PUBLIC_PATHS.includes(route.url))
      throw new Error(`${[route.method].flat().join(' ')} ${route.url} says neither @Requires nor @Public`);
    if (!policy || policy.scope === null) {
      this.publicPaths.add(route.url);
      return;
    }
    if (policy.noted) this.note(policy.noted, route);
    if (!this.asksForKeys) return;
    const hook = this.hookOf(policy);
    const others = [route.onRequest ?? []].flat();
    // The route of HEAD is made of that of GET, which has it already.
    if (!others.includes(hook)) route.onRequest = [hook, ...others];
    if (!this.objects.readsBody(policy)) return;
    route.preHandler = [
      (request, reply, done) =>
        void this.objects.requireInBody(policy, request).then(
          () => done(),
          (error: unknown) => this.refuse(error, request, reply),
        ),
      ...[route.preHandler ?? []].flat(),
    ];
  }

  private hookOf(policy: AccessPolicy): Hook {
    const known = this.hooks.get(policy);
    if (known) return known;
    const hook: Hook = (request, reply, done) =>
      this.authenticate(request, reply, (key) => this.authorize(policy, key, request, reply, done));
    this.hooks.set(policy, hook);
    return hook;
  }

  /** Synchronous as long as the key is known and a young look vouches for it. */
  private authenticate(request: FastifyRequest, reply: FastifyReply, admit: (key: KnownKey) => void): void {
    const { authorization } = request.headers;
    if (authorization === undefined) return this.refuse(new KeyRequiredError(), request, reply);
    const [, text = ''] = BEARER.exec(authorization) ?? [];
    const id = idOfAccessKey(text);
    if (id === null) return this.refuse(new KeyInvalidError(), request, reply);
    const judge = (key: KnownKey | null): void => {
      const refusal = this.faultOf(key, text, request);
      if (refusal || !key) return this.refuse(refusal ?? new KeyInvalidError(), request, reply);
      request.caller = key.caller;
      this.keys.use(key);
      admit(key);
    };
    const known = this.keys.find(id);
    if (known !== undefined) return judge(known);
    // What is no key by its checksum costs no question.
    if (!isAccessKey(text)) return this.refuse(new KeyInvalidError(), request, reply);
    this.keys
      .ask(id)
      .then(judge)
      .catch((error: unknown) => sendProblem(error, request, reply));
  }

  /** Only who has the key hears what became of it. */
  private faultOf(key: KnownKey | null, text: string, request: FastifyRequest): DomainError | null {
    if (!key || !hasDigest(text, key.digest)) return new KeyInvalidError();
    if (key.isRevoked) return new KeyRevokedError();
    if (this.clock.now().getTime() >= key.expiresAt) return new KeyExpiredError();
    if (key.networks && !isIn(key.networks, request.ip)) return new NetworkNotAllowedError();
    return null;
  }

  private authorize(
    policy: AccessPolicy,
    { caller: { scopes, binding } }: KnownKey,
    request: FastifyRequest,
    reply: FastifyReply,
    done: Done,
  ): void {
    const { scope, or, own, limit } = policy;
    if (scope && !scopes?.has(scope) && !(or && scopes?.has(or.scope)))
      return this.refuse(new ScopeMissingError(scope), request, reply);
    const asksForOwner = binding.user_id !== undefined && own && !own.isInBody;
    if (!asksForOwner && !limit) return done();
    const judged = this.objects.requireInPath(policy, request);
    if (judged === true) return done();
    judged.then(
      () => done(),
      (error: unknown) => this.refuse(error, request, reply),
    );
  }

  /** Before the first byte of an answer leaves, wherever it comes from: none can be had without the note. */
  private note(noted: Noted, route: RouteOptions): void {
    route.onSend = [
      (request, reply, _payload, done) => {
        if (reply.statusCode < 400) this.witness?.answered(noted, request);
        done();
      },
      ...[route.onSend ?? []].flat(),
    ];
  }

  /** 401 says how one shows who one is (RFC 6750, 3). */
  private readonly refuse = (error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    if (error instanceof DomainError) {
      if (error.status < 500) this.witness?.refused(error, request);
      if (error.status === 401) void reply.header('www-authenticate', challengeOf(error));
    }
    sendProblem(error, request, reply);
  };
}

function challengeOf(error: DomainError): string {
  const reason = error instanceof KeyRequiredError ? '' : ', error="invalid_token"';
  return `Bearer realm="travel-recharge"${reason}`;
}
