import { Logger } from '@nestjs/common';
import {
  type CryptoKey,
  createLocalJWKSet,
  errors,
  type FlattenedJWSInput,
  type JSONWebKeySet,
  type JWSHeaderParameters,
} from 'jose';
import { IssuerAwayError } from '../../../common/http/problem/access-errors';
import { isHttpsOrLoopback } from '../../config/server-url';

/** Milliseconds after which the keys are read again, so that one that the issuer gave up is given up here too. */
export const READ_EVERY = 600_000;
/** Milliseconds for which keys are believed while the issuer does not answer. */
const BELIEVED_FOR = 86_400_000;
/** Milliseconds between two attempts, whoever asks for what: nobody can make us ask the issuer at will. */
const COOL_DOWN = 10_000;
const TIME_LIMIT = 5_000;
const MOST_BYTES = 262_144;

type FindKey = (header: JWSHeaderParameters, token: FlattenedJWSInput) => Promise<CryptoKey>;

/** The public keys that an issuer signs with, as its discovery document leads to them. */
export class IssuerKeys {
  private readonly logger = new Logger(IssuerKeys.name);
  private among: FindKey | null = null;
  private readAt = -Infinity;
  private triedAt = -Infinity;
  private isAway = false;
  private running: Promise<void> | null = null;

  /** @param now milliseconds by a clock that only goes forward. */
  constructor(
    private readonly issuer: string,
    private readonly now = (): number => performance.now(),
    private readonly timeLimit = TIME_LIMIT,
  ) {}

  /**
   * The key that a token says it is signed with.
   *
   * @throws IssuerAwayError when only the issuer could say, and it does not answer; JWKSNoMatchingKey when it has none.
   */
  readonly find: FindKey = async (header, token) => {
    // A key that is known needs no answer of the issuer, which may be slow.
    if (this.now() - this.readAt >= READ_EVERY) void this.refresh();
    const known = await this.findKnown(header, token);
    if (known) return known;
    await this.refresh();
    const found = await this.findKnown(header, token);
    if (found) return found;
    throw this.isAway ? new IssuerAwayError() : new errors.JWKSNoMatchingKey();
  };

  /** Reads the keys, unless that was tried just now; what is known stays known when it fails. */
  async refresh(): Promise<void> {
    if (!this.running) {
      if (this.now() - this.triedAt < COOL_DOWN) return;
      this.triedAt = this.now();
      this.running = this.read(this.triedAt).finally(() => (this.running = null));
    }
    await this.running;
  }

  private async findKnown(header: JWSHeaderParameters, token: FlattenedJWSInput): Promise<CryptoKey | null> {
    if (!this.among || this.now() - this.readAt >= BELIEVED_FOR) return null;
    try {
      return await this.among(header, token);
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey) return null;
      throw error;
    }
  }

  private async read(startedAt: number): Promise<void> {
    try {
      const signal = AbortSignal.timeout(this.timeLimit);
      const place = `${this.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
      const { issuer, jwks_uri: keys } = (await readJson(place, signal)) as Record<string, unknown>;
      if (issuer !== this.issuer) throw new Error('its discovery document is that of another issuer');
      if (typeof keys !== 'string' || !isHttpsOrLoopback(keys))
        throw new Error('its jwks_uri is not one of https');
      this.among = createLocalJWKSet((await readJson(keys, signal)) as JSONWebKeySet);
      this.readAt = startedAt;
      this.isAway = false;
    } catch (error) {
      this.isAway = true;
      const reason = [error, (error as Error).cause]
        .filter((each) => each instanceof Error)
        .map(({ message }) => message);
      this.logger.warn(`the keys of the issuer ${this.issuer} cannot be read: ${reason.join(': ')}`);
    }
  }
}

/** Follows no redirection: where the keys are is for the discovery document to say. */
async function readJson(url: string, signal: AbortSignal): Promise<unknown> {
  const response = await fetch(url, { redirect: 'error', signal, headers: { accept: 'application/json' } });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`${url} answers ${response.status}`);
  }
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += part.byteLength;
    if (bytes > MOST_BYTES) throw new Error(`${url} answers more than ${MOST_BYTES} bytes`);
    parts.push(part);
  }
  const value: unknown = JSON.parse(Buffer.concat(parts).toString('utf8'));
  if (typeof value !== 'object' || value === null) throw new Error(`${url} answers no object`);
  return value;
}
