import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
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
import { type Adapter, type AdapterPayload, type ClientMetadata, Provider } from 'oidc-provider';

export const AUDIENCE = 'https://recharge.test';
const OTHER_AUDIENCE = 'https://shop.test';
const LIFETIME = 600;
const SECRET = 'a secret of every client in the tests';
const CONSOLE = 'console';

const INTERACTION = '/interaction/';
/** Who does not agree to sign in. */
export const NOBODY = 'nobody';

function page(body: string): string {
  return `<!doctype html><html lang="en"><title>Identity provider</title>${body}</html>`;
}

/** A key that a provider signs with. */
export interface SigningKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
}

export async function aSigningKey(kid: string): Promise<SigningKey> {
  return { kid, ...(await generateKeyPair('RS256', { extractable: true })) };
}

/** What a provider keeps of one kind: attempts, sessions, codes, refresh tokens. */
class Memory implements Adapter {
  constructor(
    private readonly kind: string,
    private readonly kept: Map<string, AdapterPayload>,
  ) {}

  upsert(id: string, payload: AdapterPayload): Promise<void> {
    this.kept.set(`${this.kind} ${id}`, payload);
    return Promise.resolve();
  }

  find(id: string): Promise<AdapterPayload | undefined> {
    return Promise.resolve(this.kept.get(`${this.kind} ${id}`));
  }

  findByUserCode(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  findByUid(uid: string): Promise<AdapterPayload | undefined> {
    const found = [...this.kept].find(([key, payload]) => key.startsWith(this.kind) && payload.uid === uid);
    return Promise.resolve(found?.[1]);
  }

  consume(id: string): Promise<void> {
    const payload = this.kept.get(`${this.kind} ${id}`);
    if (payload) payload.consumed = Math.floor(Date.now() / 1_000);
    return Promise.resolve();
  }

  destroy(id: string): Promise<void> {
    this.kept.delete(`${this.kind} ${id}`);
    return Promise.resolve();
  }

  revokeByGrantId(grantId: string): Promise<void> {
    for (const [key, payload] of this.kept) if (payload.grantId === grantId) this.kept.delete(key);
    return Promise.resolve();
  }
}

/**
 * An OpenID Connect provider on loopback: the clients that it knows, each with the claims that its tokens have. They are also the
 * people who can sign in at a console.
 */
export class IdentityProvider {
  readonly requests: string[] = [];
  /** Seconds for which the access tokens of people are good. */
  lifetime = LIFETIME;
  /** Where a console has people led back to, if there is one. */
  private callback: string | null = null;
  private kept = new Map<string, AdapterPayload>();
  private readonly server = createServer((request, response) => {
    this.requests.push(request.url ?? '');
    this.answer(request, response);
  });
  private port = 0;
  private answer: RequestListener = () => undefined;

  private constructor(
    private readonly claimsOf: Readonly<Record<string, JWTPayload>>,
    private key: SigningKey,
    private readonly host: string,
  ) {}

  /** @param host `localhost` is another site than 127.0.0.1. */
  static async start(
    claimsOf: Readonly<Record<string, JWTPayload>>,
    key: SigningKey,
    host = '127.0.0.1',
  ): Promise<IdentityProvider> {
    const provider = new IdentityProvider(claimsOf, key, host);
    await provider.listen();
    await provider.rotateTo(key);
    return provider;
  }

  get issuer(): string {
    return `http://${this.host}:${this.port}`;
  }

  /** The settings of a service whose console signs people in here. @param url where that service is. */
  async openTo(url: string): Promise<Readonly<Record<string, string>>> {
    this.callback = `${url}/console/sign-in/callback`;
    await this.rotateTo(this.key);
    return {
      OIDC_CLIENT_ID: CONSOLE,
      OIDC_CLIENT_SECRET: SECRET,
      OIDC_REDIRECT_URI: this.callback,
      OIDC_PARAMETERS: `resource=${AUDIENCE}`,
      OIDC_NAME: 'the directory',
    };
  }

  /** Takes back what it has given to people; they have to sign in again. */
  forgetEverybody(): void {
    this.kept.clear();
  }

  /** From now on it signs with this key, and publishes no other. */
  async rotateTo(key: SigningKey): Promise<void> {
    this.key = key;
    const jwk: JWK = { ...(await exportJWK(key.privateKey)), kid: key.kid, use: 'sig' };
    const { kept } = this;
    const provider: Provider = new Provider(this.issuer, {
      adapter: (kind: string) => new Memory(kind, kept),
      ttl: Object.fromEntries(
        [
          'AccessToken',
          'ClientCredentials',
          'Grant',
          'IdToken',
          'Interaction',
          'RefreshToken',
          'Session',
        ].map((kind) => [kind, LIFETIME]),
      ),
      jwks: { keys: [jwk] },
      clients: [...this.programs(), ...this.consoles()],
      cookies: { keys: ['a synthetic secret'] },
      scopes: ['openid'],
      findAccount: (_context, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
      interactions: { url: (_context, { uid }) => `${INTERACTION}${uid}` },
      issueRefreshToken: () => true,
      // Nobody is asked for a consent.
      loadExistingGrant: async ({ oidc: { client, session } }) => {
        const grant = new provider.Grant({ clientId: client?.clientId, accountId: session?.accountId });
        grant.addOIDCScope('openid');
        grant.addResourceScope(AUDIENCE, '');
        await grant.save();
        return grant;
      },
      features: {
        devInteractions: { enabled: false },
        clientCredentials: { enabled: true },
        revocation: { enabled: true, allowedPolicy: () => true },
        rpInitiatedLogout: {
          enabled: true,
          logoutSource: (context, form) => {
            context.body = page(
              `${form}<button form="op.logoutForm" value="yes" name="logout">Leave</button>`,
            );
          },
        },
        resourceIndicators: {
          enabled: true,
          defaultResource: () => AUDIENCE,
          getResourceServerInfo: (_context, audience) => ({
            scope: '',
            audience,
            accessTokenTTL: this.lifetime,
            accessTokenFormat: 'jwt',
            jwt: { sign: { alg: 'RS256' } },
          }),
        },
      },
      extraTokenClaims: (_context, token) =>
        this.claimsOf[('accountId' in token ? token.accountId : token.clientId) ?? ''],
    });
    const answer = provider.callback();
    this.answer = (request, response) => {
      if (request.url?.startsWith(INTERACTION)) void this.ask(provider, request, response);
      else void answer(request, response);
    };
  }

  private programs(): ClientMetadata[] {
    return Object.keys(this.claimsOf).map((client_id) => ({
      client_id,
      client_secret: SECRET,
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
    }));
  }

  private consoles(): ClientMetadata[] {
    if (!this.callback) return [];
    return [
      {
        client_id: CONSOLE,
        client_secret: SECRET,
        grant_types: ['authorization_code', 'refresh_token'],
        redirect_uris: [this.callback],
        response_types: ['code'],
        post_logout_redirect_uris: [new URL('/console', this.callback).href],
      },
    ];
  }

  /** A page with a link for everybody, and one for who does not want to. */
  private async ask(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url = '' } = request;
    const [, uid = '', who] = url.slice(1).split('/');
    const people = [...Object.keys(this.claimsOf), NOBODY];
    if (who === undefined)
      return void response
        .writeHead(200, { 'content-type': 'text/html' })
        .end(page(people.map((name) => `<a href="${INTERACTION}${uid}/${name}">${name}</a>`).join(' ')));
    const result =
      who === NOBODY ? { error: 'access_denied', error_description: 'no' } : { login: { accountId: who } };
    await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
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
    this.server.listen(this.port, this.host);
    await once(this.server, 'listening');
    ({ port: this.port } = this.server.address() as AddressInfo);
  }
}
