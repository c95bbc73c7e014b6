import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
} from 'jose';
import { type Adapter, Provider } from 'oidc-provider';

export const AUDIENCE = 'https://recharge.test';
const OTHER_AUDIENCE = 'https://shop.test';
const LIFETIME = 600;
const SECRET = 'a secret of every client in the tests';

/** A key that a provider signs with. */
export interface SigningKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
}

export async function aSigningKey(kid: string): Promise<SigningKey> {
  return { kid, ...(await generateKeyPair('RS256', { extractable: true })) };
}

/** Clients are known by the configuration, and nobody asks for a token again. */
class NothingKept implements Adapter {
  upsert = nothing;
  find = nothing;
  findByUserCode = nothing;
  findByUid = nothing;
  consume = nothing;
  destroy = nothing;
  revokeByGrantId = nothing;
}

async function nothing(): Promise<undefined> {
  return Promise.resolve(undefined);
}

/** An OpenID Connect provider on loopback: the clients that it knows, each with the claims that its tokens have. */
export class IdentityProvider {
  readonly requests: string[] = [];
  private readonly server = createServer((request, response) => {
    this.requests.push(request.url ?? '');
    this.answer(request, response);
  });
  private port = 0;
  private answer: RequestListener = () => undefined;

  private constructor(
    private readonly claimsOf: Readonly<Record<string, JWTPayload>>,
    private key: SigningKey,
  ) {}

  static async start(
    claimsOf: Readonly<Record<string, JWTPayload>>,
    key: SigningKey,
  ): Promise<IdentityProvider> {
    const provider = new IdentityProvider(claimsOf, key);
    await provider.listen();
    await provider.rotateTo(key);
    return provider;
  }

  get issuer(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** From now on it signs with this key, and publishes no other. */
  async rotateTo(key: SigningKey): Promise<void> {
    this.key = key;
    const jwk: JWK = { ...(await exportJWK(key.privateKey)), kid: key.kid, use: 'sig' };
    const provider = new Provider(this.issuer, {
      adapter: NothingKept,
      ttl: { ClientCredentials: LIFETIME },
      jwks: { keys: [jwk] },
      clients: Object.keys(this.claimsOf).map((client_id) => ({
        client_id,
        client_secret: SECRET,
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
      })),
      features: {
        devInteractions: { enabled: false },
        clientCredentials: { enabled: true },
        resourceIndicators: {
          enabled: true,
          defaultResource: () => AUDIENCE,
          getResourceServerInfo: (_context, audience) => ({
            scope: '',
            audience,
            accessTokenTTL: LIFETIME,
            accessTokenFormat: 'jwt',
            jwt: { sign: { alg: 'RS256' } },
          }),
        },
      },
      extraTokenClaims: (_context, token) => this.claimsOf[token.clientId ?? ''],
    });
    this.answer = (request, response) => void provider.callback()(request, response);
  }

  /** Answers everything in another way than a provider does. */
  answerBy(answer: RequestListener): void {
    this.answer = answer;
  }

  /** An access token, by the flow of client credentials. */
  async tokenOf(client: string, audience = AUDIENCE): Promise<string> {
    const response = await fetch(`${this.issuer}/token`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${client}:${encodeURIComponent(SECRET)}`).toString('base64')}`,
      },
      body: new URLSearchParams({ grant_type: 'client_credentials', resource: audience }),
    });
    const body = (await response.json()) as { access_token?: string };
    if (!body.access_token) throw new Error(JSON.stringify(body));
    return body.access_token;
  }

  otherAudience(client: string): Promise<string> {
    return this.tokenOf(client, OTHER_AUDIENCE);
  }

  /** A token as this provider would sign it, but for what is given. */
  async sign(
    claims: JWTPayload = {},
    header: Partial<JWTHeaderParameters> = {},
    key: CryptoKey | Uint8Array = this.key.privateKey,
  ): Promise<string> {
    const now = Math.floor(Date.now() / 1_000);
    return new SignJWT({
      iss: this.issuer,
      aud: AUDIENCE,
      sub: 'somebody',
      iat: now,
      exp: now + LIFETIME,
      ...claims,
    })
      .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: this.key.kid, ...header })
      .sign(key, { crit: { 'https://test/crit': true } });
  }

  async stop(): Promise<void> {
    if (!this.server.listening) return;
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }

  /** Listens where it did before it was stopped. */
  async listen(): Promise<void> {
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    ({ port: this.port } = this.server.address() as AddressInfo);
  }
}
