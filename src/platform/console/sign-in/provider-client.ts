import { Logger } from '@nestjs/common';
import * as oidc from 'openid-client';
import type { ProviderSettings } from './provider-settings';
import { CONSOLE } from './return-address';
import { SignInError, type SignInFault } from './sign-in-error';

/** Milliseconds after which the discovery document is read again, and after which when it could not be. */
const READ_EVERY = 600_000;
const COOL_DOWN = 10_000;
const TIMEOUT_SECONDS = 5;
const MOST_BYTES = 262_144;
/** Seconds by which the provider's clock may differ from ours. */
const TOLERANCE = 5;
/** What a provider says when the same may succeed later (RFC 6749, 4.1.2.1). */
const PASSING: readonly string[] = ['temporarily_unavailable', 'server_error'];
/** Codes of openid-client for a provider that does not answer in time. */
const SILENT: readonly unknown[] = ['OAUTH_TIMEOUT', 'OAUTH_ABORT'];

/** What is kept of an attempt, from when somebody is led to the provider until the provider leads back. */
export interface Attempt {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

export interface Tokens {
  readonly access: string;
  readonly refresh: string | undefined;
  readonly id: string | undefined;
}

/** The identity provider, as a client of it sees it: the flow of authorization codes, with PKCE (RFC 7636), state and nonce. */
export class ProviderClient {
  private readonly logger = new Logger(ProviderClient.name);
  private found: Promise<oidc.Configuration> | null = null;
  private askedAt = -Infinity;
  private isAway = false;

  constructor(private readonly settings: ProviderSettings) {}

  /** Returns where a person signs in. @throws SignInError */
  async begin(): Promise<{ address: string; attempt: Attempt }> {
    const { redirectUri, scope, parameters } = this.settings;
    const provider = await this.find();
    const attempt = {
      state: oidc.randomState(),
      nonce: oidc.randomNonce(),
      verifier: oidc.randomPKCECodeVerifier(),
    };
    const address = oidc.buildAuthorizationUrl(provider, {
      ...parameters,
      redirect_uri: redirectUri,
      scope,
      state: attempt.state,
      nonce: attempt.nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(attempt.verifier),
      code_challenge_method: 'S256',
    });
    return { address: address.href, attempt };
  }

  /**
   * Redeems the code with which the provider led a person back.
   *
   * @param query that of the address to which it led.
   * @throws SignInError
   */
  async redeem(query: string, { state, nonce, verifier }: Attempt): Promise<Tokens> {
    const provider = await this.find();
    const address = new URL(this.settings.redirectUri);
    address.search = query;
    const checks = {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: verifier,
      idTokenExpected: true,
    };
    return toTokens(
      await oidc.authorizationCodeGrant(provider, address, checks, this.resource).catch(toSignInError),
    );
  }

  /** Exchanges a refresh token for new tokens. @throws SignInError */
  async refresh(token: string): Promise<Tokens> {
    const provider = await this.find();
    const tokens = toTokens(
      await oidc.refreshTokenGrant(provider, token, this.resource).catch(toSignInError),
    );
    // A provider that does not rotate it says nothing, and the same one holds on.
    return { ...tokens, refresh: tokens.refresh ?? token };
  }

  /** Tells the provider that a refresh token is used no more, where it wants to hear it. */
  async revoke(token: string): Promise<void> {
    const provider = await this.find();
    if (provider.serverMetadata().revocation_endpoint)
      await oidc.tokenRevocation(provider, token, { token_type_hint: 'refresh_token' }).catch(toSignInError);
  }

  /** Returns where a person signs out at the provider, too (RP-Initiated Logout 1.0), or null if nowhere. @throws SignInError */
  async farewell(idToken: string | undefined): Promise<string | null> {
    const provider = await this.find();
    if (!provider.serverMetadata().end_session_endpoint) return null;
    const back = new URL(CONSOLE, this.settings.redirectUri).href;
    return oidc.buildEndSessionUrl(provider, {
      post_logout_redirect_uri: back,
      ...(idToken && { id_token_hint: idToken }),
    }).href;
  }

  /** For whom the token is asked (RFC 8707), with each request for one. */
  private get resource(): Record<string, string> {
    const { resource } = this.settings.parameters;
    return resource === undefined ? {} : { resource };
  }

  /** Nobody can make us ask the provider at will: whoever comes meanwhile gets what the last one got. */
  private async find(): Promise<oidc.Configuration> {
    const now = performance.now();
    if (!this.found || now - this.askedAt >= (this.isAway ? COOL_DOWN : READ_EVERY)) {
      this.askedAt = now;
      this.isAway = false;
      this.found = this.discover();
    }
    try {
      return await this.found;
    } catch (error) {
      this.isAway = true;
      throw new SignInError('unavailable', `the issuer cannot be asked: ${reasonOf(error)}`);
    }
  }

  private async discover(): Promise<oidc.Configuration> {
    const { issuer, clientId, clientSecret, authentication } = this.settings;
    const show = authentication === 'client_secret_post' ? oidc.ClientSecretPost : oidc.ClientSecretBasic;
    const provider = await oidc.discovery(
      new URL(issuer),
      clientId,
      { [oidc.clockTolerance]: TOLERANCE },
      clientSecret === null ? oidc.None() : show(clientSecret),
      {
        [oidc.customFetch]: fetchBounded,
        timeout: TIMEOUT_SECONDS,
        execute: [
          oidc.enableNonRepudiationChecks,
          // The settings allow it on this machine alone.
          // eslint-disable-next-line @typescript-eslint/no-deprecated
          ...(issuer.startsWith('http:') ? [oidc.allowInsecureRequests] : []),
        ],
      },
    );
    if (provider.serverMetadata().issuer !== issuer)
      throw new Error('its discovery document is that of another issuer');
    this.logger.debug(`people sign in at ${issuer}`);
    return provider;
  }
}

/** Reads no more than a provider has to say. */
async function fetchBounded(url: string, options: oidc.CustomFetchOptions): Promise<Response> {
  const response = await fetch(url, options);
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += part.byteLength;
    if (bytes > MOST_BYTES) throw new Error('it answers too much');
    parts.push(part);
  }
  const { status, headers } = response;
  return new Response(parts.length > 0 ? Buffer.concat(parts) : null, { status, headers });
}

function toTokens({
  access_token: access,
  refresh_token: refresh,
  id_token: id,
}: oidc.TokenEndpointResponse): Tokens {
  return { access, refresh, id };
}

/** @throws SignInError */
function toSignInError(error: unknown): never {
  throw new SignInError(faultOf(error), reasonOf(error));
}

function faultOf(error: unknown): SignInFault {
  if (error instanceof oidc.AuthorizationResponseError && error.error === 'access_denied') return 'cancelled';
  if (error instanceof oidc.AuthorizationResponseError || error instanceof oidc.ResponseBodyError)
    return PASSING.includes(error.error) ? 'unavailable' : 'failed';
  // What fetch says of a connection that fails.
  if (error instanceof TypeError) return 'unavailable';
  if (!(error instanceof oidc.ClientError)) return 'failed';
  const isTooBusy =
    error.cause instanceof Response && (error.cause.status >= 500 || error.cause.status === 429);
  return isTooBusy || SILENT.includes(error.code) ? 'unavailable' : 'failed';
}

/** Codes only: the words of a provider may name a person. */
function reasonOf(error: unknown): string {
  if (error instanceof oidc.AuthorizationResponseError || error instanceof oidc.ResponseBodyError)
    return /^[\w.-]{1,60}$/.test(error.error) ? error.error : 'an error of the provider';
  if (error instanceof oidc.ClientError) return [error.code, error.message].filter(Boolean).join(', ');
  return error instanceof Error ? error.message : 'unknown';
}
