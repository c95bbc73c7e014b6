import { StartupError } from '../../../common/program/startup-error';
import { AppConfig } from '../../config/app-config';
import { parseEnvironment } from '../../config/environment';
import { signInSettings } from './sign-in-settings';

const COMPLETE = {
  AUTH: 'required',
  OIDC_ISSUER: 'https://id.example.org/',
  OIDC_AUDIENCE: 'https://recharge.example.org',
  OIDC_ROLES: 'a=b=agent,travel auditors=auditor',
};

function complaintOf(variables: NodeJS.ProcessEnv): string {
  try {
    signInSettings(new AppConfig(parseEnvironment(variables)));
  } catch (error) {
    if (error instanceof StartupError) return error.message;
    throw error;
  }
  return 'no complaint';
}

describe('signInSettings', () => {
  it('is nothing when there is no issuer', () => {
    expect(signInSettings(new AppConfig(parseEnvironment({})))).toBeNull();
  });

  it('says which tokens are accepted, and what their claims mean', () => {
    expect(signInSettings(new AppConfig(parseEnvironment(COMPLETE)))).toEqual({
      issuer: 'https://id.example.org/',
      audience: 'https://recharge.example.org',
      tokenType: 'at+jwt',
      algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'],
      mostAge: 5_400,
      roleClaim: 'roles',
      roles: new Map([
        ['a=b', 'agent'],
        ['travel auditors', 'auditor'],
      ]),
      userClaim: null,
    });
  });

  it.each([
    [{ OIDC_ISSUER: '' }, 'OIDC_AUDIENCE also needs OIDC_ISSUER'],
    [{ OIDC_AUDIENCE: '' }, 'OIDC_ISSUER also needs OIDC_AUDIENCE'],
    [{ OIDC_ROLES: '' }, 'OIDC_ISSUER also needs OIDC_ROLES'],
    [{ AUTH: 'open' }, 'OIDC_ISSUER needs AUTH=required: with AUTH=open nobody is asked who they are'],
    [
      { AUTH: 'trusted-network' },
      'OIDC_ISSUER needs AUTH=required: with AUTH=trusted-network nobody is asked who they are',
    ],
    [{ OIDC_ROLES: 'a=rider' }, 'OIDC_ROLES has the role rider, which also needs OIDC_USER_CLAIM'],
    [{ OIDC_ROLES: 'a=agent,a=auditor' }, 'OIDC_ROLES says twice what a means'],
    ...['king', 'validator', 'recharge_point', 'simulator', 'constructor'].map((role): [object, string] => [
      { OIDC_ROLES: `a=${role}` },
      `OIDC_ROLES: a=${role} must end in one of rider, agent, control_centre, finance, auditor, administrator, scraper`,
    ]),
    [{ OIDC_ROLES: 'a=rider', OIDC_USER_CLAIM: 'user' }, 'no complaint'],
  ])('judges %j', (variables, complaint) => {
    expect(complaintOf({ ...COMPLETE, ...variables })).toBe(complaint);
  });
});
