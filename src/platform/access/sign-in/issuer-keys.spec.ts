import { Logger } from '@nestjs/common';
import { jwtVerify } from 'jose';
import { afterTest } from '../../../../test/setup/after-test';
import { aSigningKey, IdentityProvider, type SigningKey } from '../../../../test/setup/identity-provider';
import { until } from '../../../../test/setup/until';
import { IssuerKeys } from './issuer-keys';

const COOL_DOWN = 10_000;
const MINUTES = 60_000;
const TIME_LIMIT = 200;

let keys: readonly [SigningKey, SigningKey];
let provider: IdentityProvider;
let issuerKeys: IssuerKeys;
/** By the clock of the keys under test. */
let now: number;

beforeAll(async () => {
  Logger.overrideLogger(false);
  keys = [await aSigningKey('one'), await aSigningKey('two')];
});

beforeEach(async () => {
  provider = await IdentityProvider.start({ somebody: {} }, keys[0]);
  afterTest(() => provider.stop());
  now = 0;
  issuerKeys = new IssuerKeys(provider.issuer, () => now, TIME_LIMIT);
});

/** What becomes of a token: its subject, or the code of what is wrong. */
async function judge(token: string): Promise<string | undefined> {
  try {
    const { payload } = await jwtVerify(token, issuerKeys.find);
    return payload.sub;
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe('IssuerKeys', () => {
  it('reads the keys once, for as many tokens as come', async () => {
    const token = await provider.tokenOf('somebody');
    provider.requests.length = 0;

    expect(await Promise.all([1, 2, 3].map(() => judge(token)))).toEqual(Array(3).fill('somebody'));
    now = 9 * MINUTES;
    expect(await judge(token)).toBe('somebody');
    expect(provider.requests).toEqual(['/.well-known/openid-configuration', '/jwks']);
  });

  it('finds a new key after the cool-down, and asks no oftener whatever keys are named', async () => {
    expect(await judge(await provider.tokenOf('somebody'))).toBe('somebody');
    await provider.rotateTo(keys[1]);
    const token = await provider.tokenOf('somebody');
    provider.requests.length = 0;

    now = COOL_DOWN - 1;
    for (const kid of ['two', 'a', 'b', 'c'])
      expect(await judge(await provider.sign({}, { kid }))).toBe('ERR_JWKS_NO_MATCHING_KEY');
    expect(provider.requests).toEqual([]);
    now = COOL_DOWN;
    expect(await judge(token)).toBe('somebody');
    for (const kid of ['a', 'b', 'c'])
      expect(await judge(await provider.sign({}, { kid }))).toBe('ERR_JWKS_NO_MATCHING_KEY');
    expect(provider.requests).toHaveLength(2);
  });

  it('gives a key up that the issuer gave up', async () => {
    const token = await provider.tokenOf('somebody');
    expect(await judge(token)).toBe('somebody');
    await provider.rotateTo(keys[1]);
    expect(await judge(token)).toBe('somebody');
    now = 10 * MINUTES;
    await issuerKeys.refresh();
    expect(await judge(token)).toBe('ERR_JWKS_NO_MATCHING_KEY');
  });

  it('waits for no issuer that is slow where the key is known, and reads the keys beside', async () => {
    issuerKeys = new IssuerKeys(provider.issuer, () => now, 24 * 60 * MINUTES);
    const token = await provider.tokenOf('somebody');
    expect(await judge(token)).toBe('somebody');
    provider.requests.length = 0;
    const held: (() => void)[] = [];
    provider.answerBy((_request, response) => void held.push(() => response.destroy()));

    now = 10 * MINUTES;
    expect(await judge(token)).toBe('somebody');
    await until('the issuer is asked', () => held.length === 1);
    now += COOL_DOWN;
    expect(await judge(token)).toBe('somebody');

    expect(provider.requests).toHaveLength(1);
    held.forEach((end) => end());
    await issuerKeys.refresh();
  });

  it('knows nothing while the issuer is away from the start, tries again, and keeps what it knows when it goes', async () => {
    const token = await provider.tokenOf('somebody');
    await provider.stop();
    expect(await judge(token)).toBe('issuer_away');
    await provider.listen();
    now = COOL_DOWN - 1;
    expect(await judge(token)).toBe('issuer_away');
    now = COOL_DOWN;
    expect(await judge(token)).toBe('somebody');

    await provider.stop();
    now = COOL_DOWN + 24 * 60 * MINUTES - 1;
    expect(await judge(token)).toBe('somebody');
    now += COOL_DOWN;
    expect(await judge(token)).toBe('issuer_away');
  });

  it('believes no other document than that of the issuer', async () => {
    const token = await provider.tokenOf('somebody');
    const { issuer } = provider;
    const answers: [status: number, body: unknown, headers?: Record<string, string>][] = [
      [200, { issuer: `${issuer}/`, jwks_uri: `${issuer}/jwks` }],
      [200, { issuer, jwks_uri: 'http://keys.example.org/jwks' }],
      [200, { issuer, jwks_uri: 1 }],
      [200, { issuer }],
      [200, []],
      [200, null],
      [500, { issuer, jwks_uri: `${issuer}/jwks` }],
      [302, {}, { location: `${issuer}/elsewhere` }],
      [200, { issuer, jwks_uri: `${issuer}/jwks`, more: 'x'.repeat(300_000) }],
    ];
    for (const [status, body, headers] of answers) {
      provider.requests.length = 0;
      provider.answerBy((_request, response) => {
        response.writeHead(status, headers).end(JSON.stringify(body));
      });
      now += COOL_DOWN;
      expect(await judge(token)).toBe('issuer_away');
      expect(provider.requests).toEqual(['/.well-known/openid-configuration']);
    }
    provider.answerBy(() => undefined);
    now += COOL_DOWN;
    expect(await judge(token)).toBe('issuer_away');
    await provider.rotateTo(keys[0]);
    now += COOL_DOWN;
    expect(await judge(token)).toBe('somebody');
  });
});
