import { Logger } from '@nestjs/common';
import { afterFile, afterTest } from '../../../../test/setup/after-test';
import { aSigningKey, AUDIENCE, IdentityProvider } from '../../../../test/setup/identity-provider';
import { Clock } from '../../../common/time/clock';
import { AppConfig } from '../../config/app-config';
import { parseEnvironment } from '../../config/environment';
import { TokenTable } from './token-table';

const SECOND = 1_000;

class TestClock extends Clock {
  time = Date.now();

  override now(): Date {
    return new Date(this.time);
  }
}

let provider: IdentityProvider;
let clock: TestClock;

beforeAll(async () => {
  Logger.overrideLogger(false);
  provider = await IdentityProvider.start(
    { agent: { roles: ['agents'] }, auditor: { roles: ['auditors'] } },
    await aSigningKey('one'),
  );
  afterFile(() => provider.stop());
});

beforeEach(() => {
  clock = new TestClock();
});

afterEach(() => {
  jest.restoreAllMocks();
});

/** As the database has them. */
const people = {
  nameOf: (subject: string) => Promise.resolve(`person:of ${subject}`),
  findErasure: () => Promise.resolve({ version: people.current, isErased: people.isErased }),
  version: () => people.current,
  current: 'one',
  isErased: false,
};

function aTable(variables: NodeJS.ProcessEnv = {}): TokenTable {
  const environment = parseEnvironment({
    AUTH: 'required',
    OIDC_ISSUER: provider.issuer,
    OIDC_AUDIENCE: AUDIENCE,
    OIDC_ROLES: 'agents=agent,auditors=auditor,riders=rider',
    OIDC_USER_CLAIM: 'user',
    ...variables,
  });
  return new TokenTable(new AppConfig(environment), people, clock);
}

describe('TokenTable', () => {
  it('keeps each token for itself, once it was verified', async () => {
    const table = aTable();
    const tokens = await Promise.all(['agent', 'auditor', 'agent'].map((who) => provider.tokenOf(who)));
    for (const token of tokens) expect(table.find(token)).toBeUndefined();
    await Promise.all(tokens.map((token) => table.verify(token)));
    expect(tokens.map((token) => table.find(token)?.client)).toEqual([
      'person:of agent',
      'person:of auditor',
      'person:of agent',
    ]);
    const [agent = '', auditor = ''] = tokens.map((token) => token.slice(0, token.lastIndexOf('.')));
    for (const text of [agent, `${agent}.`, `${tokens[0]}x`, `${auditor}${tokens[0]?.slice(agent.length)}`]) {
      expect(table.find(text)).toBeUndefined();
      await expect(table.verify(text)).rejects.toThrow('not accepted');
      expect(table.find(text)).toBeUndefined();
    }
  });

  it('keeps none beyond its end, nor beyond the longest time since its issue', async () => {
    const start = Math.floor(clock.time / SECOND);
    const short = await provider.sign({ roles: 'agents', iat: start, exp: start + 10 });
    const long = await provider.sign({ roles: 'agents', iat: start, exp: start + 1_000 });
    const table = aTable({ OIDC_MOST_MINUTES: '1' });
    for (const [token, seconds] of [
      [short, 10],
      [long, 60],
    ] as const) {
      clock.time = start * SECOND;
      await table.verify(token);
      clock.time = (start + seconds + 5) * SECOND - 1;
      expect(table.find(token)).toBeDefined();
      clock.time += 1;
      expect(table.find(token)).toBeUndefined();
      clock.time += SECOND;
      await expect(table.verify(token)).rejects.toThrow('not accepted');
    }
  });

  it('keeps none for longer because the clock was set back', async () => {
    const start = Math.floor(clock.time / SECOND);
    const token = await provider.sign({ roles: 'agents', iat: start, exp: start + 10 });
    const table = aTable();
    await table.verify(token);
    const now = performance.now();
    jest.spyOn(performance, 'now').mockReturnValue(now + 15 * SECOND);
    clock.time -= 3_600 * SECOND;

    expect(table.find(token)).toBeUndefined();
  });

  it('takes the type that is set and no other, and still none that is for somebody else', async () => {
    const table = aTable({ OIDC_TOKEN_TYPE: 'JWT' });
    expect((await table.verify(await provider.sign({}, { typ: 'JWT' }))).client).toBe('person:of somebody');
    await expect(table.verify(await provider.tokenOf('agent'))).rejects.toThrow('not accepted');
    const idToken = await provider.sign({ aud: 'agent', nonce: 'x' }, { typ: 'JWT' });
    await expect(table.verify(idToken)).rejects.toThrow('not accepted');
  });

  it('takes the algorithms that are set and no other', async () => {
    const token = await provider.tokenOf('agent');
    await expect(aTable({ OIDC_ALGORITHMS: 'ES256,EdDSA' }).verify(token)).rejects.toThrow('not accepted');
    expect((await aTable({ OIDC_ALGORITHMS: 'ES256,RS256' }).verify(token)).role).toBe('agent');
  });

  it('says that the issuer is away, not that the token is wrong', async () => {
    const token = await provider.tokenOf('agent');
    await provider.stop();
    await expect(aTable().verify(token)).rejects.toMatchObject({ code: 'issuer_away', status: 503 });
    await provider.listen();
  });

  it('refuses a subject that is no text, or an empty one', async () => {
    const table = aTable();
    for (const sub of [{}, { a: 1 }, null, false, true, ['a'], 7, '']) {
      const token = await provider.sign({ roles: 'agents', sub: sub as string });
      await expect(table.verify(token)).rejects.toMatchObject({ code: 'token_invalid' });
    }
  });

  it('believes a token of a rider while nobody can have erased the rider, and of others until it ends', async () => {
    const table = aTable();
    const [rider, agent] = [
      await provider.sign({ roles: 'riders', user: 7 }),
      await provider.sign({ roles: 'agents' }),
    ];
    afterTest(() => Promise.resolve(Object.assign(people, { current: 'one', isErased: false })));
    expect((await table.verify(rider)).client).toBe('rider:7');
    await table.verify(agent);
    expect([table.find(rider)?.role, table.find(agent)?.role]).toEqual(['rider', 'agent']);

    people.current = 'two';
    expect([table.find(rider), table.find(agent)?.role]).toEqual([undefined, 'agent']);
    expect((await table.verify(rider)).role).toBe('rider');
    expect(table.find(rider)?.role).toBe('rider');

    people.current = 'three';
    people.isErased = true;
    await expect(table.verify(rider)).rejects.toMatchObject({ code: 'token_invalid' });
    expect(table.find(rider)).toBeUndefined();
  });

  it('has nothing to do with texts where nobody signs in', () => {
    const table = new TokenTable(new AppConfig(parseEnvironment({ AUTH: 'required' })), people, clock);
    expect(table.takes('eyJhbGciOiJub25lIn0.e30.')).toBe(false);
    expect(aTable().takes('eyJhbGciOiJub25lIn0.e30.')).toBe(true);
  });
});
