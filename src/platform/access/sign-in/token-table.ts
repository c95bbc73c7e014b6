import { hash } from 'node:crypto';
import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { errors, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { atMost } from '../../../common/at-most';
import { IssuerAwayError, TokenInvalidError } from '../../../common/http/problem/access-errors';
import { Clock } from '../../../common/time/clock';
import { AppConfig } from '../../config/app-config';
import type { Caller } from '../caller';
import { callerOfClaims } from './caller-of-claims';
import { IssuerKeys, READ_EVERY } from './issuer-keys';
import { People } from './people';
import { type SignInSettings, signInSettings } from './sign-in-settings';

/** So many tokens in use are known. */
const MOST_TOKENS = 10_000;
/** Characters: what is longer is refused without being read. */
const LONGEST = 8_192;
/** Every JWT begins so: it is `{"` in base64url. */
const BEGINNING = 'eyJ';
/** Seconds by which the issuer's clock may differ from ours. */
const TOLERANCE = 5;
/** Milliseconds between two messages for the same reason. */
const TOLD_EVERY = 10_000;

interface KnownToken {
  readonly caller: Caller;
  /** Milliseconds since 1970. */
  readonly until: number;
  /** The same by the monotonic clock: the other one may be set back. */
  readonly isOverAt: number;
  /** Of a rider: the version with which nobody had erased the rider. Of others null. */
  readonly version: string | null;
}

/**
 * The access tokens that this process has verified, each under the SHA-256 of its whole text, until it expires: a
 * verification costs a hundred times as much as a look-up. What was refused is not kept.
 */
@Injectable()
export class TokenTable implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(TokenTable.name);
  private readonly settings: SignInSettings | null;
  private readonly issuerKeys: IssuerKeys | null;
  private readonly tokens = new LRUCache<string, KnownToken>(atMost(MOST_TOKENS));
  private readonly toldAt = new Map<string, number>();
  private timer: NodeJS.Timeout | null = null;

  constructor(
    config: AppConfig,
    @Inject(People) private readonly people: Pick<People, 'nameOf' | 'findErasure' | 'version'>,
    private readonly clock: Clock,
  ) {
    this.settings = signInSettings(config);
    this.issuerKeys = this.settings && new IssuerKeys(this.settings.issuer);
  }

  /** No person shall wait for the issuer; a service starts without it. */
  onApplicationBootstrap(): void {
    const { issuerKeys } = this;
    if (!issuerKeys) return;
    void issuerKeys.refresh();
    this.timer = setInterval(() => void issuerKeys.refresh(), READ_EVERY).unref();
  }

  onModuleDestroy(): void {
    if (this.timer) clearInterval(this.timer);
  }

  /** Whether a text is for this table to judge. */
  takes(text: string): boolean {
    return this.settings !== null && text.startsWith(BEGINNING);
  }

  /** Who shows this token, when it was verified before and has not expired. */
  find(text: string): Caller | undefined {
    const known = this.tokens.get(digestOf(text));
    const isKnown = known && this.clock.now().getTime() < known.until && performance.now() < known.isOverAt;
    if (!isKnown) return undefined;
    return known.version === null || known.version === this.people.version() ? known.caller : undefined;
  }

  /**
   * Verifies a token, and keeps it.
   *
   * @throws TokenInvalidError, IssuerAwayError, DatabaseAwayError
   */
  async verify(text: string): Promise<Caller> {
    const { settings, issuerKeys } = this;
    if (!settings || !issuerKeys || text.length > LONGEST) throw this.refusal('it is too long');
    const { issuer, audience, tokenType, mostAge } = settings;
    const { payload } = await jwtVerify(text, issuerKeys.find, {
      issuer,
      audience,
      typ: tokenType,
      algorithms: [...settings.algorithms],
      requiredClaims: ['sub', 'exp'],
      maxTokenAge: mostAge,
      clockTolerance: TOLERANCE,
      currentDate: this.clock.now(),
    }).catch((error: unknown) => {
      throw error instanceof IssuerAwayError ? error : this.refusal(reasonOf(error));
    });
    const { sub: subject } = payload as Readonly<Record<string, unknown>>;
    if (typeof subject !== 'string' || subject === '') throw this.refusal('its sub is no text');
    const { caller, fault } = callerOfClaims(payload, settings, await this.people.nameOf(subject));
    if (fault) this.tell(`a token gives its bearer no role: ${fault}`);
    const version = await this.versionOf(caller);
    const { exp = 0, iat = 0 } = payload;
    const until = (Math.min(exp, iat + mostAge) + TOLERANCE) * 1_000;
    const isOverAt = performance.now() + until - this.clock.now().getTime();
    this.tokens.set(digestOf(text), { caller, until, isOverAt, version });
    return caller;
  }

  /** An erasure changes the version, so no process believes a token of the rider for longer than a key. */
  private async versionOf({ binding: { user_id: user } }: Caller): Promise<string | null> {
    if (user === undefined) return null;
    const { version, isErased } = await this.people.findErasure(user);
    if (isErased) throw this.refusal('its rider was erased');
    return version;
  }

  /** The log says why; who shows a wrong token does not hear it. */
  private refusal(reason: string): TokenInvalidError {
    this.tell(`a token is refused: ${reason}`);
    return new TokenInvalidError();
  }

  /** Reasons are few, and have nothing of a token: whoever sends wrong ones fills no log. */
  private tell(message: string): void {
    const now = performance.now();
    if (now - (this.toldAt.get(message) ?? -Infinity) < TOLD_EVERY) return;
    this.toldAt.set(message, now);
    this.logger.warn(message);
  }
}

/** The words of an error could be those of the token. */
function reasonOf(error: unknown): string {
  if (error instanceof errors.JWTClaimValidationFailed || error instanceof errors.JWTExpired)
    return `${error.code}, ${error.claim}`;
  return error instanceof errors.JOSEError ? error.code : 'it cannot be verified';
}

/** As characters: a buffer can be no key of a map. */
function digestOf(text: string): string {
  return hash('sha256', text, 'binary');
}
