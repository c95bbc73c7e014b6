import { Injectable, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  IssuerAwayError,
  ScopeMissingError,
  TokenInvalidError,
} from '../../../common/http/problem/access-errors';
import { DomainError } from '../../../common/http/problem/domain-error';
import { Clock } from '../../../common/time/clock';
import { RequestLimits } from '../../access/limits/request-limits';
import { FORGOTTEN, isOfOwnPage, keepInCookie, SESSION_SECONDS } from '../../access/session-cookie';
import { People } from '../../access/sign-in/people';
import { TokenTable } from '../../access/sign-in/token-table';
import { AccessJournal } from '../../audit/access-journal';
import { AppConfig } from '../../config/app-config';
import type { ProviderClient, Tokens } from './provider-client';
import { type ProviderSettings, providerSettings } from './provider-settings';
import { CONSOLE, returnAddress } from './return-address';
import { type Kept, SealedCookie } from './sealed-cookie';
import { SignInError, type SignInFault } from './sign-in-error';

/** Seconds that a person has at the provider. */
const ATTEMPT_SECONDS = 600;
/** Whose link may begin an attempt: one of ours, or what a person typed. Another site cannot end an attempt by beginning another. */
const BEGINNERS: readonly unknown[] = ['same-origin', 'none', undefined];

/** Where a browser is led, and the cookies that it is given. */
export interface Lead {
  readonly address: string;
  readonly cookies: readonly string[];
}

/** Signs people in at the console by the identity provider: the session that it opens has the access token, as if it had been pasted. */
@Injectable()
export class SignInService {
  private readonly logger = new Logger(SignInService.name);
  private readonly settings: ProviderSettings | null;
  /** An attempt, while the person is at the provider. Lax, because it is the provider that leads back. */
  private readonly attempts: SealedCookie;
  /** By what a session goes on at the provider, and ends there. */
  private readonly grants: SealedCookie;
  private client: Promise<ProviderClient> | null = null;

  constructor(
    config: AppConfig,
    people: People,
    private readonly clock: Clock,
    private readonly tokens: TokenTable,
    private readonly limits: RequestLimits,
    private readonly journal: AccessJournal,
  ) {
    this.settings = providerSettings(config);
    this.attempts = new SealedCookie('__Host-travel-recharge-attempt', 'Lax', people, clock);
    this.grants = new SealedCookie('__Host-travel-recharge-grant', 'Strict', people, clock);
  }

  /** What people know the provider by; null: they cannot sign in there. */
  get provider(): string | null {
    return this.settings?.name ?? null;
  }

  /** Leads to the provider. */
  async begin(request: FastifyRequest): Promise<Lead> {
    const wanted = returnAddress(queryOf(request).get('to'));
    const client = await this.findClient();
    if (!client || !BEGINNERS.includes(request.headers['sec-fetch-site']))
      return { address: wanted, cookies: [] };
    try {
      const { address, attempt } = await client.begin();
      const cookie = await this.attempts.seal({ ...attempt, to: wanted }, ATTEMPT_SECONDS);
      return { address, cookies: cookie ? [cookie] : [] };
    } catch (error) {
      return this.leadBack(error, wanted, request);
    }
  }

  /** Takes what the provider led back with. Returns null if the request is answered, because there are too many like it. */
  async complete(request: FastifyRequest, reply: FastifyReply): Promise<Lead | null> {
    if (!(await this.limits.admitsStranger(request, reply))) return null;
    let wanted = CONSOLE;
    try {
      const client = await this.findClient();
      const begun = await this.attempts.open(request);
      if (!client || !begun) throw new SignInError('over', 'no attempt was begun, or it took too long');
      wanted = returnAddress(begun.to ?? null);
      const { state = '', nonce = '', verifier = '' } = begun;
      const tokens = await client.redeem(queryOf(request).toString(), { state, nonce, verifier });
      const cookies = await this.openSession(tokens, this.endOfSession(), request);
      this.journal.answered('changed', request);
      return { address: wanted, cookies: [...cookies, this.attempts.forgotten] };
    } catch (error) {
      return this.leadBack(error, wanted, request);
    }
  }

  /**
   * Goes on with a session whose access token has expired. Returns the cookies, of which there are none if it cannot go on. It
   * returns null if the request is answered.
   *
   * @throws IssuerAwayError, DatabaseAwayError
   */
  async renew(
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<{ isRenewed: boolean; cookies: readonly string[] } | null> {
    const kept = await this.grantOf(request);
    const client = await this.findClient();
    if (!client || kept?.refresh === undefined) return { isRenewed: false, cookies: [] };
    if (!(await this.limits.admitsStranger(request, reply))) return null;
    try {
      const { id = kept.id, ...tokens } = await client.refresh(kept.refresh);
      return {
        isRenewed: true,
        cookies: await this.openSession({ ...tokens, id }, Number(kept.until), request),
      };
    } catch (error) {
      const { fault } = this.explain(error, request);
      if (fault === 'unavailable') throw error instanceof DomainError ? error : new IssuerAwayError();
      return { isRenewed: false, cookies: [FORGOTTEN, this.grants.forgotten] };
    }
  }

  /** Ends a session, also at the provider. The address is where the browser has to go for that, or null. */
  async end(request: FastifyRequest): Promise<{ address: string | null; cookies: readonly string[] }> {
    const cookies = [FORGOTTEN];
    try {
      const kept = await this.grantOf(request);
      const client = await this.findClient();
      if (!client || !kept) return { address: null, cookies };
      cookies.push(this.grants.forgotten);
      if (kept.refresh)
        client
          .revoke(kept.refresh)
          .catch((error: unknown) => this.logger.warn(`a refresh token is not revoked: ${String(error)}`));
      return { address: await client.farewell(kept.id), cookies };
    } catch (error) {
      // Nobody stays signed in here because the provider does not answer.
      this.logger.warn(`somebody signed out here only: ${String(error)}`);
      return { address: null, cookies };
    }
  }

  /** @param until when the session ends in any case, in milliseconds since 1970. @throws SignInError, DomainError */
  private async openSession(
    { access, refresh, id }: Tokens,
    until: number,
    request: FastifyRequest,
  ): Promise<string[]> {
    const caller = this.tokens.find(access) ?? (await this.tokens.verify(access));
    request.caller = caller;
    if (caller.role === null) throw new SignInError('no_role', 'the person has no role here');
    const session = keepInCookie(access);
    if (!session) throw new SignInError('too_long', 'the access token is longer than a cookie may be');
    const seconds = Math.floor((until - this.clock.now().getTime()) / 1_000);
    if (!(seconds > 0)) throw new SignInError('over', 'the session is over');
    const rest = { until: String(until) };
    // Without the ID token the provider asks once more who signs out; without the refresh token the session is shorter.
    const grant =
      (await this.grants.seal({ ...rest, ...(refresh && { refresh }), ...(id && { id }) }, seconds)) ??
      (await this.grants.seal({ ...rest, ...(refresh && { refresh }) }, seconds)) ??
      (await this.grants.seal(rest, seconds));
    return grant ? [session, grant] : [session];
  }

  /** Only a page of ours may use it. */
  private async grantOf(request: FastifyRequest): Promise<Kept | null> {
    return isOfOwnPage(request) ? this.grants.open(request) : null;
  }

  private endOfSession(): number {
    return this.clock.now().getTime() + SESSION_SECONDS * 1_000;
  }

  /** Leads to the console, which says why it did not succeed, and takes a key. */
  private leadBack(error: unknown, wanted: string, request: FastifyRequest): Lead {
    const { fault } = this.explain(error, request);
    const [path = '', query] = wanted.split('?');
    const parameters = new URLSearchParams(query);
    parameters.set('sign_in', fault);
    return { address: `${path}?${parameters.toString()}`, cookies: [this.attempts.forgotten] };
  }

  /** Says so to the log, and to the trail if somebody was refused. @throws what is a mistake of the service. */
  private explain(error: unknown, request: FastifyRequest): { fault: SignInFault } {
    const known = asSignInError(error);
    this.logger.warn(`a sign-in at the console comes to nothing: ${known.message}`);
    const refusal = refusalOf(known.fault);
    if (refusal) this.journal.refused(refusal, request);
    return known;
  }

  /** The package is loaded only where people sign in, and when the first one does. */
  private async findClient(): Promise<ProviderClient | null> {
    const { settings } = this;
    if (!settings) return null;
    this.client ??= import('./provider-client.js').then((provider) => new provider.ProviderClient(settings));
    return this.client;
  }
}

function asSignInError(error: unknown): SignInError {
  if (error instanceof SignInError) return error;
  if (!(error instanceof DomainError)) throw error;
  return new SignInError(error.status >= 500 ? 'unavailable' : 'failed', error.message);
}

/** Of what the trail remembers: nobody is refused who gave up, or when something is away. */
function refusalOf(fault: SignInFault): DomainError | null {
  if (fault === 'no_role') return new ScopeMissingError('caller:read');
  return fault === 'failed' || fault === 'over' ? new TokenInvalidError() : null;
}

function queryOf({ originalUrl }: FastifyRequest): URLSearchParams {
  return new URLSearchParams(originalUrl.split('?').slice(1).join('?'));
}
