import { type CryptoKey, exportJWK, exportSPKI, generateKeyPair, importJWK, type JWTPayload } from 'jose';
import type { Client } from 'pg';
import type { CardResponse } from '../../src/modules/cards/dto/card-responses.dto';
import type { UserExport } from '../../src/modules/personal-data/dto/user-export.dto';
import type { UserResponse } from '../../src/modules/users/dto/user-responses.dto';
import { connect } from '../builders/connect';
import { aKey, bearer } from '../builders/keys';
import { findFreePort } from '../../src/platform/postgres/embedded/free-port';
import { afterFile, afterTest } from '../setup/after-test';
import { type Answer, ask, post } from '../setup/api';
import { createDatabase } from '../setup/database';
import { HttpBrowser, type Step } from '../setup/http-browser';
import { aSigningKey, AUDIENCE, IdentityProvider, NOBODY, type SigningKey } from '../setup/identity-provider';
import { type Service, startService } from '../setup/service';
import { until } from '../setup/until';

/** The provider's clients, and what their tokens say of roles. */
const CLAIMS: Record<string, JWTPayload> = {
  agent: { realm: { roles: ['offline', 'travel-agents'] } },
  auditor: { realm: { roles: 'travel-auditors' } },
  administrator: { realm: { roles: ['travel-administrators'] } },
  rider: { realm: { roles: ['travel-riders'] } },
  'rider-of-nobody': { realm: { roles: ['travel-riders'] } },
  'rider-of-text': { realm: { roles: ['travel-riders'] }, travel_user: '1 or 2' },
  'no-role': {},
  'unknown-role': { realm: { roles: ['administrator', 'constructor', '__proto__'] } },
  'two-roles': { realm: { roles: ['travel-agents', 'travel-administrators'] } },
  changing: { realm: { roles: 'travel-agents' } },
  'much-claimed': { realm: { roles: 'travel-agents' }, more: 'x'.repeat(3_000) },
  'odd-role': { realm: { roles: [['travel-agents'], { 'travel-agents': true }, 1, null] } },
};

let client: Client;
let key: SigningKey;
let provider: IdentityProvider;
let service: Service;
const own = { user_id: 0, card_id: 0 };
const anothers = { ...own };

beforeAll(async () => {
  const database = await createDatabase();
  afterFile(() => database.drop());
  client = await connect(database.url);
  afterFile(() => client.end());
  key = await aSigningKey('of-the-provider');
  provider = await IdentityProvider.start(CLAIMS, key);
  afterFile(() => provider.stop());
  const port = await findFreePort();
  service = await startService({
    databaseUrl: database.url,
    port,
    env: {
      ...(await provider.openTo(`http://127.0.0.1:${port}`)),
      AUTH: 'required',
      OIDC_ISSUER: provider.issuer,
      OIDC_AUDIENCE: AUDIENCE,
      OIDC_ROLE_CLAIM: 'realm.roles',
      OIDC_ROLES:
        'travel-agents=agent,travel-auditors=auditor,travel-administrators=administrator,travel-riders=rider',
      OIDC_USER_CLAIM: 'travel_user',
    },
  });
  afterFile(() => service.stop());
  const { headers } = await aKey(client, 'agent');
  for (const thing of [own, anothers]) {
    const person = { first_name: 'Sintética', last_name: 'Persona' };
    const user = await post<UserResponse>(service, '/users', person, headers);
    ({ user_id: thing.user_id } = user.body);
    const card = await post<CardResponse>(service, '/cards', { user_id: thing.user_id }, headers);
    ({ card_id: thing.card_id } = card.body);
  }
  CLAIMS.rider = { ...CLAIMS.rider, travel_user: String(own.user_id) };
});

const codeOf = ({ body }: Answer): string | undefined => (body as { code?: string } | null)?.code;

function balance(token: string, card = own.card_id): Promise<Answer> {
  return ask(service, `/cards/${card}/balance`, { headers: bearer(token) });
}

async function balanceAs(who: string, card = own.card_id): Promise<Answer> {
  return balance(await provider.tokenOf(who), card);
}

/** The same text with another character in the middle of one of its three parts. */
function altered(token: string, part: 0 | 1 | 2): string {
  const parts = token.split('.');
  const text = parts[part] ?? '';
  const middle = text.length >> 1;
  parts[part] = `${text.slice(0, middle)}${text[middle] === 'A' ? 'B' : 'A'}${text.slice(middle + 1)}`;
  return parts.join('.');
}

function unsigned(header: object, claims: object): string {
  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
  return `${encode(header)}.${encode(claims)}.`;
}

const seconds = (): number => Math.floor(Date.now() / 1_000);

describe('an access token', () => {
  it('lets people do what their role may, and no more', async () => {
    expect((await balanceAs('agent')).status).toBe(200);
    expect((await balanceAs('auditor')).status).toBe(200);
    expect(codeOf(await balanceAs('administrator'))).toBe('scope_missing');
    const administrator = bearer(await provider.tokenOf('administrator'));
    expect((await ask(service, '/keys', { headers: administrator })).status).toBe(200);
    const auditor = bearer(await provider.tokenOf('auditor'));
    const key = { client: 'x', name: 'x', role: 'agent' };
    expect(codeOf(await post(service, '/keys', key, auditor))).toBe('scope_missing');
    const made = await post(service, '/keys', key, administrator);
    const person = expect.stringMatching(/^person:[0-9a-f]{32}$/) as string;
    expect(made).toMatchObject({ status: 201, body: { created_by: person } });
    const { key_id } = made.body as { key_id: string };
    const rolled = await post(service, `/keys/${key_id}/roll`, { overlap_seconds: 60 }, administrator);
    expect(rolled).toMatchObject({ status: 201, body: { created_by: person } });
  });

  it('shows riders what is theirs, whoever else asked before', async () => {
    expect((await balanceAs('agent', anothers.card_id)).status).toBe(200);
    expect((await balanceAs('rider')).status).toBe(200);
    await until('it is a hit', async () => (await balanceAs('rider')).headers.get('x-cache') === 'HIT');
    expect(codeOf(await balanceAs('rider', anothers.card_id))).toBe('card_not_found');
  });

  it('lets nobody do anything whose claims name no role, several, or no user', async () => {
    for (const who of [
      'no-role',
      'unknown-role',
      'two-roles',
      'odd-role',
      'rider-of-nobody',
      'rider-of-text',
    ])
      expect([who, codeOf(await balanceAs(who))]).toEqual([who, 'scope_missing']);
    await until('the log says why', () => service.output.includes('realm.roles has more than one role'));
  });

  it('is refused in each way in which it can be wrong, and does not hear which', async () => {
    const other = await aSigningKey(key.kid);
    const forSha512 = (await importJWK(await exportJWK(key.privateKey), 'RS512')) as CryptoKey;
    const elliptic = await generateKeyPair('ES256');
    const good = await provider.tokenOf('agent');
    const [head = '', payload = ''] = good.split('.');
    const now = seconds();
    const claims = { iss: provider.issuer, aud: AUDIENCE, sub: 'agent', iat: now, exp: now + 600 };
    const asSecret = new TextEncoder().encode(await exportSPKI(key.publicKey));
    const wrong: Record<string, string> = {
      'alg none': unsigned({ alg: 'none', typ: 'at+jwt' }, { ...claims, ...CLAIMS.agent }),
      'no signature': `${head}.${payload}.`,
      'the public key as a secret': await provider.sign(CLAIMS.agent, { alg: 'HS256' }, asSecret),
      'another algorithm of the same key': await provider.sign(CLAIMS.agent, { alg: 'RS512' }, forSha512),
      'an algorithm of no key': await provider.sign(CLAIMS.agent, { alg: 'ES256' }, elliptic.privateKey),
      'another issuer': await provider.sign({ ...CLAIMS.agent, iss: `${provider.issuer}/` }),
      'another audience': await provider.otherAudience('agent'),
      'no audience': await provider.sign({ ...CLAIMS.agent, aud: undefined }),
      expired: await provider.sign({ ...CLAIMS.agent, iat: now - 60, exp: now - 6 }),
      'never expires': await provider.sign({ ...CLAIMS.agent, exp: undefined }),
      'issued too long ago': await provider.sign({ ...CLAIMS.agent, iat: now - 90 * 60 - 6 }),
      'not yet': await provider.sign({ ...CLAIMS.agent, nbf: now + 60 }),
      'issued in the future': await provider.sign({ ...CLAIMS.agent, iat: now + 60 }),
      'an ID token': await provider.sign({ ...CLAIMS.agent, aud: 'agent', nonce: 'x' }, { typ: 'JWT' }),
      'an ID token for this audience': await provider.sign(CLAIMS.agent, { typ: 'JWT' }),
      'no typ': await provider.sign(CLAIMS.agent, { typ: undefined }),
      'a logout token': await provider.sign(CLAIMS.agent, { typ: 'logout+jwt' }),
      'an unknown key': await provider.sign(CLAIMS.agent, { kid: 'unknown' }),
      'the key of another of the same name': await provider.sign(CLAIMS.agent, {}, other.privateKey),
      nobody: await provider.sign({ ...CLAIMS.agent, sub: undefined }),
      'an object as its subject': await provider.sign({ ...CLAIMS.agent, sub: {} as string }),
      'an empty subject': await provider.sign({ ...CLAIMS.agent, sub: '' }),
      crit: await provider.sign(CLAIMS.agent, { crit: ['https://test/crit'], 'https://test/crit': true }),
      truncated: good.slice(0, -10),
      'two parts': `${head}.${payload}`,
      'altered header': altered(good, 0),
      'altered payload': altered(good, 1),
      'altered signature': altered(good, 2),
      'payload of another': [
        head,
        (await provider.tokenOf('administrator')).split('.')[1],
        good.split('.')[2],
      ].join('.'),
      long: await provider.sign({ ...CLAIMS.agent, more: 'x'.repeat(7_000) }),
      'a beginning': 'eyJ',
    };
    // What is kept of the good one helps none of them.
    expect((await balance(good)).status).toBe(200);
    const heard = new Set<string>();
    for (const [what, token] of Object.entries(wrong)) {
      const answer = await balance(token);
      expect([what, answer.status, codeOf(answer)]).toEqual([what, 401, 'token_invalid']);
      expect(answer.headers.get('www-authenticate')).toBe(
        'Bearer realm="travel-recharge", error="invalid_token"',
      );
      heard.add((answer.body as { detail: string }).detail);
    }
    expect(heard.size).toBe(1);
    expect((await balance(good)).status).toBe(200);
    expect((await balance(await provider.sign(CLAIMS.agent))).status).toBe(200);
    await until('the log says why', () =>
      ['JWT_CLAIM_VALIDATION_FAILED, aud', 'JWT_CLAIM_VALIDATION_FAILED, typ', 'JOSE_ALG_NOT_ALLOWED'].every(
        (reason) => service.output.includes(reason),
      ),
    );
    expect(Object.values(wrong).filter((token) => service.output.includes(token.slice(-40)))).toEqual([]);
    expect((await balance(`${good}${'x'.repeat(20_000)}`).catch(() => ({ status: 431 }))).status).toBe(431);
    expect(codeOf(await balance('x.y.z'))).toBe('key_invalid');
    expect(codeOf(await ask(service, `/cards/${own.card_id}/balance`))).toBe('key_required');
  });

  it('names people in the trail by pseudonyms, which are found by the subject, and riders by their number', async () => {
    const sub = '79.456.123';
    const employee = await provider.sign({ ...CLAIMS.agent, sub });
    const rider = await provider.sign({ ...CLAIMS.rider, sub: `${sub}-R` });
    await ask(service, `/users/${own.user_id}`, { headers: bearer(employee) });
    await ask(service, `/users/${own.user_id}/export`, { headers: bearer(rider) });
    const auditor = bearer(await provider.tokenOf('auditor'));
    const find = async (who: string, path = '/audit'): Promise<string> =>
      (await ask(service, `${path}?client=${who}`, { headers: auditor })).text;

    await until('the read is noted', async () =>
      (await find(`rider:${own.user_id}`)).includes('/users/{user_id}/export'),
    );
    const found = JSON.parse(await find(`person:${sub}`)) as { entries: { client: string }[] };
    expect(found.entries).toMatchObject([{ operation: 'GET /users/{user_id}' }]);
    const pseudonym = found.entries[0]?.client ?? '';
    expect(pseudonym).toMatch(/^person:[0-9a-f]{32}$/);
    expect(JSON.parse(await find(pseudonym))).toMatchObject(found);
    expect(await find(`person:${sub}`, '/audit/export')).toContain(pseudonym);
    const { rows } = await client.query<{ row: string }>(
      'SELECT entry::text AS row FROM audit_entries entry',
    );
    expect(rows.filter(({ row }) => row.includes(sub))).toEqual([]);
    const { body } = await ask<UserExport>(service, `/users/${own.user_id}/export`, {
      headers: bearer(employee),
    });
    expect(body.audit.find(({ operation }) => operation === 'GET /users/{user_id}/export')).toMatchObject({
      outcome: 'read',
      address: '127.0.0.1',
    });
    expect(body.audit.find(({ operation }) => operation === 'GET /users/{user_id}')).toMatchObject({
      outcome: 'read',
      address: null,
    });
  });

  it('that names an erased rider is refused when the erasure is answered, also where it was known', async () => {
    const agent = bearer(await provider.tokenOf('agent'));
    const person = { first_name: 'Sintética', last_name: 'Persona' };
    const { user_id } = (await post<UserResponse>(service, '/users', person, agent)).body;
    const token = await provider.sign({ ...CLAIMS.rider, travel_user: user_id });
    const read = (): Promise<Answer> => ask(service, `/users/${user_id}`, { headers: bearer(token) });
    expect((await read()).status).toBe(200);

    expect((await post(service, `/users/${user_id}/erasure`, {}, agent)).status).toBe(200);

    expect(codeOf(await read())).toBe('token_invalid');
    await until('the log says why', () => service.output.includes('its rider was erased'));
    expect((await balanceAs('rider')).status).toBe(200);
  });

  it('is accepted until it expires, also when it is kept', async () => {
    let token = '';
    // A slow machine may be too late for one, and then tries another.
    await until('a token is accepted just before its end', async () => {
      token = await provider.sign({ ...CLAIMS.agent, exp: seconds() - 3 });
      return (await balance(token)).status === 200;
    });
    await until('it is over, with the tolerance', async () => (await balance(token)).status === 401);
    expect(codeOf(await balance(token))).toBe('token_invalid');
  });
});

describe('the sign-in of the console', () => {
  const SESSION = '__Host-travel-recharge';
  const ATTEMPT = '__Host-travel-recharge-attempt';
  const GRANT = '__Host-travel-recharge-grant';
  const SCREEN = '/console/cards/1?do=recharge';

  afterEach(() => {
    provider.lifetime = 600;
  });

  const begin = (browser: HttpBrowser, to = SCREEN, site = 'same-origin'): Promise<Step> =>
    browser.go(`${service.url}/console/sign-in?${new URLSearchParams({ to }).toString()}`, site);

  /** Goes to the provider, signs in there, and stands before the address with the code. */
  async function codeFor(person: string, browser: HttpBrowser, to = SCREEN): Promise<string> {
    const { location } = await begin(browser, to);
    const asked = await browser.followUntil(location ?? '', `${provider.issuer}/interaction/`);
    return browser.followUntil(`${asked}/${person}`, `${service.url}/console/sign-in/callback`);
  }

  const comeBack = (browser: HttpBrowser, address: string): Promise<Step> =>
    browser.go(address, 'cross-site');

  async function signIn(person: string, browser = new HttpBrowser()): Promise<HttpBrowser> {
    expect((await comeBack(browser, await codeFor(person, browser))).location).toBe(service.url + SCREEN);
    return browser;
  }

  const callerIn = async (browser: HttpBrowser, site = 'same-origin'): Promise<[number, unknown]> => {
    const { status, text } = await browser.go(`${service.url}/caller`, site);
    return [status, (JSON.parse(text) as { role?: string }).role];
  };

  const renew = (browser: HttpBrowser, site = 'same-origin'): Promise<Step> =>
    browser.go(`${service.url}/console/session/renewal`, site, 'POST');

  const faultIn = ({ location }: Step): string | null => new URL(location ?? '').searchParams.get('sign_in');

  it('leads to the provider with PKCE, state and nonce, and from there to the screen', async () => {
    const browser = new HttpBrowser();
    const begun = await begin(browser);
    const { origin, searchParams } = new URL(begun.location ?? '');
    const asked = Object.fromEntries(searchParams);

    expect([begun.status, origin]).toEqual([303, provider.issuer]);
    expect(asked).toMatchObject({
      client_id: 'console',
      response_type: 'code',
      scope: 'openid',
      redirect_uri: `${service.url}/console/sign-in/callback`,
      code_challenge_method: 'S256',
      resource: AUDIENCE,
    });
    for (const name of ['state', 'nonce', 'code_challenge']) expect(asked[name]).toMatch(/^[\w-]{43}$/);
    const lasting = (name: string, seconds: string, site: string): unknown =>
      expect.stringMatching(
        `^${name}=[\\w.~-]+; Max-Age=${seconds}; Path=/; Secure; HttpOnly; SameSite=${site}$`,
      );
    expect(begun.setCookies).toEqual([lasting(ATTEMPT, '600', 'Lax')]);
    expect(begun.setCookies.join()).not.toContain(asked.state);

    const back = await comeBack(browser, await codeFor('agent', browser));

    expect([back.status, back.location]).toEqual([303, service.url + SCREEN]);
    expect(back.setCookies).toEqual([
      lasting(SESSION, '43200', 'Strict'),
      lasting(GRANT, '4(3200|3199)', 'Strict'),
      `${ATTEMPT}=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Lax`,
    ]);
    expect(await callerIn(browser)).toEqual([200, 'agent']);
    for (const site of ['same-site', 'cross-site', 'none'])
      expect([site, (await callerIn(browser, site))[0]]).toEqual([site, 401]);
    for (const value of browser.of(service.url).values())
      expect(service.output).not.toContain(value.slice(-40));
  });

  it('is in the trail, and so is who was refused', async () => {
    const find = async (): Promise<unknown[]> => {
      const { rows } = await client.query<Record<string, unknown>>(
        `SELECT role, outcome, reason FROM audit_entries WHERE operation = 'GET /console/sign-in/callback'
           AND client LIKE 'person:%' ORDER BY entry_id DESC LIMIT 2`,
      );
      return rows;
    };
    await signIn('auditor');
    const browser = new HttpBrowser();
    await comeBack(browser, await codeFor('no-role', browser));

    await until('both are there', async () => JSON.stringify(await find()).includes('scope_missing'));
    expect(await find()).toEqual([
      { role: null, outcome: 'refused', reason: 'scope_missing' },
      { role: 'auditor', outcome: 'changed', reason: null },
    ]);
  });

  it('comes to nothing in each way in which it can be wrong, and says which', async () => {
    const altered = (text: string): string =>
      `${text.slice(0, -8)}${text.at(-8) === 'A' ? 'B' : 'A'}${text.slice(-7)}`;
    const other = new HttpBrowser();
    const anothers = new URL(await codeFor('agent', other));
    const wrong: Record<string, (address: URL, attempts: Map<string, string>) => unknown> = {
      'over no attempt': (_, attempts) => attempts.delete(ATTEMPT),
      'over an attempt that somebody altered': (_, attempts) =>
        attempts.set(ATTEMPT, altered(attempts.get(ATTEMPT) ?? '')),
      'over the cookie of something else': (_, attempts) =>
        attempts.set(ATTEMPT, attempts.get(GRANT) ?? 'x.y.z'),
      'failed the attempt of another browser': (_, attempts) =>
        attempts.set(ATTEMPT, other.of(service.url).get(ATTEMPT) ?? ''),
      'failed another state': ({ searchParams }) => searchParams.set('state', 'x'.repeat(43)),
      'failed no state': ({ searchParams }) => searchParams.delete('state'),
      'failed two states': ({ searchParams }) =>
        searchParams.append('state', searchParams.get('state') ?? ''),
      'failed another issuer': ({ searchParams }) => searchParams.set('iss', 'https://id.example.org'),
      'failed no issuer': ({ searchParams }) => searchParams.delete('iss'),
      'failed the code of somebody else': ({ searchParams }) =>
        searchParams.set('code', anothers.searchParams.get('code') ?? ''),
      'failed no code': ({ searchParams }) => searchParams.delete('code'),
      'failed an error that is not the provider’s': (address) => (address.search = '?error=access_denied'),
    };
    const browser = await signIn('auditor');
    for (const [what, change] of Object.entries(wrong)) {
      const attempted = new HttpBrowser();
      const address = new URL(await codeFor('agent', attempted));
      attempted.of(service.url).set(GRANT, browser.of(service.url).get(GRANT) ?? '');
      change(address, attempted.of(service.url));
      const step = await comeBack(attempted, address.href);
      expect([what, step.status, faultIn(step)]).toEqual([what, 303, what.split(' ')[0]]);
      expect(new URL(step.location ?? '').origin).toBe(service.url);
      expect(step.setCookies).toEqual([`${ATTEMPT}=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Lax`]);
      expect((await callerIn(attempted))[0]).toBe(401);
    }
  });

  it('takes a code once, and no person who does not agree, has no role, or whose token no cookie keeps', async () => {
    const browser = new HttpBrowser();
    const address = await codeFor('agent', browser);
    const attempt = browser.of(service.url).get(ATTEMPT) ?? '';
    expect((await comeBack(browser, address)).location).toBe(service.url + SCREEN);
    browser.of(service.url).set(ATTEMPT, attempt);
    expect(faultIn(await comeBack(browser, address))).toBe('failed');

    for (const [person, fault] of [
      [NOBODY, 'cancelled'],
      ['no-role', 'no_role'],
      ['two-roles', 'no_role'],
      ['much-claimed', 'too_long'],
    ] as const) {
      const other = new HttpBrowser();
      const step = await comeBack(other, await codeFor(person, other));
      expect([person, step.location]).toEqual([person, `${service.url}${SCREEN}&sign_in=${fault}`]);
      expect([person, (await callerIn(other))[0]]).toEqual([person, 401]);
    }
  });

  it('leads nowhere but into the console, and begins only at a page of ours', async () => {
    for (const to of [
      'https://evil.example/console',
      '//evil.example/console',
      '/\\evil.example/console',
      '/console/../cards/1',
      '/console/%2e%2e/cards/1',
      '/consoles',
      '/console@evil.example',
      'javascript:alert(1)',
      '/console/sign-in?to=/console',
      '/console/session',
      `/console/${'x'.repeat(2_000)}`,
      '',
    ]) {
      const browser = new HttpBrowser();
      const address = await codeFor('agent', browser, to);
      expect([to, (await comeBack(browser, address)).location]).toEqual([to, `${service.url}/console`]);
    }
    for (const site of ['cross-site', 'same-site'])
      expect(await begin(new HttpBrowser(), SCREEN, site)).toMatchObject({
        location: service.url + SCREEN,
        setCookies: [],
      });
  });

  it('goes on with new rights when the token has expired, and ends when the provider gives no more', async () => {
    const browser = await signIn('changing');
    CLAIMS.changing = { realm: { roles: 'travel-auditors' } };
    const before = browser.of(service.url).get(GRANT);
    for (const site of ['same-site', 'cross-site', 'none'])
      expect((await renew(browser, site)).text).toBe('{"is_renewed":false}');

    const renewed = await renew(browser);

    expect([renewed.status, renewed.text]).toEqual([200, '{"is_renewed":true}']);
    expect(browser.of(service.url).get(GRANT)).not.toBe(before);
    expect(await callerIn(browser)).toEqual([200, 'auditor']);
    CLAIMS.changing = {};
    expect((await renew(browser)).text).toBe('{"is_renewed":false}');
    expect(await callerIn(browser)).toEqual([401, undefined]);
    const locked = await signIn('agent');
    provider.forgetEverybody();
    expect((await renew(locked)).text).toBe('{"is_renewed":false}');
    expect([...locked.of(service.url).keys()]).toEqual([]);
    expect((await renew(new HttpBrowser())).text).toBe('{"is_renewed":false}');
  });

  it('ends here and at the provider when the person signs out', async () => {
    const browser = await signIn('agent');
    const kept = new Map(browser.of(service.url));
    const signOut = (site: string): Promise<Step> =>
      browser.go(`${service.url}/console/session`, site, 'DELETE');

    const { leads_to } = JSON.parse((await signOut('same-origin')).text) as { leads_to: string };

    expect([...browser.of(service.url).keys()]).toEqual([]);
    const { origin, pathname, searchParams } = new URL(leads_to);
    expect([origin, pathname]).toEqual([provider.issuer, '/session/end']);
    expect(Object.fromEntries(searchParams)).toEqual({
      client_id: 'console',
      post_logout_redirect_uri: `${service.url}/console`,
      id_token_hint: expect.stringMatching(/^eyJ/) as string,
    });
    kept.forEach((value, name) => browser.of(service.url).set(name, value));
    await until('the refresh token is revoked', async () => (await renew(browser)).text.includes('false'));
    const pasted = await fetch(`${service.url}/console/session`, { method: 'DELETE' });
    expect(await pasted.json()).toEqual({ leads_to: null });
  });

  it('says so while the provider does not answer, and keys go on', async () => {
    const browser = new HttpBrowser();
    const address = await codeFor('agent', browser);
    const signedIn = await signIn('auditor');
    await provider.stop();
    afterTest(() => provider.listen());

    const back = await comeBack(browser, address);

    expect(back.location).toBe(`${service.url}${SCREEN}&sign_in=unavailable`);
    expect((await renew(signedIn)).status).toBe(503);
    // What it has is good until it expires, and nobody is thrown out for it.
    expect(await callerIn(signedIn)).toEqual([200, 'auditor']);
    const { headers } = await aKey(client, 'agent');
    expect((await ask(service, '/caller', { headers })).status).toBe(200);
    const offered = await fetch(`${service.url}/console/session`);
    expect(await offered.json()).toEqual({ provider: 'the directory' });
  });
});

describe('an access token', () => {
  it('is accepted while the issuer is away', async () => {
    const [known, other] = [await provider.tokenOf('agent'), await provider.tokenOf('auditor')];
    expect((await balance(known)).status).toBe(200);
    await provider.stop();
    expect((await balance(known)).status).toBe(200);
    expect((await balance(other)).status).toBe(200);
  });
});
