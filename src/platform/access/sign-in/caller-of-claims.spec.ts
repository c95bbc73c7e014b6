import type { JWTPayload } from 'jose';
import { scopesOf } from '../scopes';
import { callerOfClaims } from './caller-of-claims';
import type { SignInSettings } from './sign-in-settings';

const SETTINGS: SignInSettings = {
  issuer: 'https://id.example.org',
  audience: 'https://recharge.example.org',
  tokenType: 'at+jwt',
  algorithms: ['RS256'],
  mostAge: 600,
  roleClaim: 'roles',
  roles: new Map([
    ['agents', 'agent'],
    ['agentes', 'agent'],
    ['auditors', 'auditor'],
    ['riders', 'rider'],
  ]),
  userClaim: 'user',
};

const signedIn = (claims: JWTPayload, settings: Partial<SignInSettings> = {}) =>
  callerOfClaims({ sub: 'somebody', ...claims }, { ...SETTINGS, ...settings }, 'person:x');

describe('callerOfClaims', () => {
  it('finds the one role, in a text or in a list', () => {
    for (const roles of ['agents', ['agents'], ['other', 'agents', 1, null], ['agents', 'agentes']])
      expect(signedIn({ roles })).toEqual({
        caller: {
          client: 'person:x',
          keyId: null,
          role: 'agent',
          scopes: scopesOf('agent'),
          binding: {},
        },
        fault: null,
      });
  });

  it('lets nobody do anything without exactly one role', () => {
    for (const roles of [undefined, null, '', 'agent', 'agents ', 1, {}, [], [['agents']], { agents: true }])
      expect(signedIn({ roles })).toMatchObject({
        caller: { client: 'person:x', role: null, scopes: new Set(), binding: {} },
        fault: 'the claim roles has no role of OIDC_ROLES',
      });
    expect(signedIn({ roles: ['agents', 'auditors'] })).toMatchObject({
      caller: { role: null, scopes: new Set() },
      fault: 'the claim roles has more than one role',
    });
  });

  it('finds a claim whose name has dots, and one inside another', () => {
    const roleClaim = 'https://example.org/roles';
    expect(signedIn({ [roleClaim]: 'agents' }, { roleClaim }).caller.role).toBe('agent');
    const inside = { roleClaim: 'realm.access.roles' };
    expect(signedIn({ realm: { access: { roles: ['agents'] } } }, inside).caller.role).toBe('agent');
    for (const realm of [undefined, null, 'access', [], { access: null }])
      expect(signedIn({ realm }, inside).caller.role).toBeNull();
    expect(signedIn({}, { roleClaim: 'constructor.name' }).caller.role).toBeNull();
  });

  it('binds riders to the user that a claim names, and nobody else to anything', () => {
    for (const user of [7, '7'])
      expect(signedIn({ roles: 'riders', user }).caller).toMatchObject({
        client: 'rider:7',
        role: 'rider',
        binding: { user_id: 7 },
      });
    for (const user of [
      undefined,
      null,
      '',
      0,
      -1,
      1.5,
      '07',
      '7 ',
      '7e0',
      [7],
      2 ** 53,
      '9007199254740993',
      true,
    ])
      expect([user, signedIn({ roles: 'riders', user })]).toMatchObject([
        user,
        { caller: { role: null, scopes: new Set(), binding: {} }, fault: 'the claim user has no user_id' },
      ]);
    expect(signedIn({ roles: 'agents', user: 7 }).caller.binding).toEqual({});
  });
});
