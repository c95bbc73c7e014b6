import { StartupError } from '../../../common/program/startup-error';
import { AppConfig } from '../../config/app-config';
import { parseEnvironment } from '../../config/environment';
import { providerSettings } from './provider-settings';

const ISSUER = { AUTH: 'required', OIDC_ISSUER: 'https://id.example.org/realms/travel' };
const CLIENT = {
  ...ISSUER,
  OIDC_CLIENT_ID: 'console',
  OIDC_REDIRECT_URI: 'https://recharge.example.org/console/sign-in/callback',
};

function settingsOf(variables: NodeJS.ProcessEnv): unknown {
  try {
    return providerSettings(new AppConfig(parseEnvironment(variables)));
  } catch (error) {
    if (error instanceof StartupError) return error.message;
    throw error;
  }
}

describe('providerSettings', () => {
  it('is null where nobody signs in at the console, and a public client without a secret', () => {
    expect(settingsOf(ISSUER)).toBeNull();
    expect(settingsOf(CLIENT)).toEqual({
      issuer: ISSUER.OIDC_ISSUER,
      name: 'id.example.org',
      clientId: 'console',
      clientSecret: null,
      authentication: 'client_secret_basic',
      redirectUri: CLIENT.OIDC_REDIRECT_URI,
      scope: 'openid',
      parameters: {},
    });
    expect(
      settingsOf({
        ...CLIENT,
        OIDC_PARAMETERS: 'resource=https%3A%2F%2Fa&prompt=login',
        OIDC_NAME: 'el directorio',
      }),
    ).toMatchObject({ name: 'el directorio', parameters: { resource: 'https://a', prompt: 'login' } });
  });

  it.each<[NodeJS.ProcessEnv, string]>([
    [{ OIDC_CLIENT_ID: 'console' }, 'OIDC_CLIENT_ID also needs OIDC_ISSUER'],
    [{ ...ISSUER, OIDC_CLIENT_ID: 'console' }, 'OIDC_CLIENT_ID also needs OIDC_REDIRECT_URI'],
    [{ ...ISSUER, OIDC_CLIENT_SECRET: 'x' }, 'OIDC_CLIENT_SECRET also needs OIDC_CLIENT_ID'],
    [{ ...ISSUER, OIDC_NAME: 'x' }, 'OIDC_NAME also needs OIDC_CLIENT_ID'],
    [
      { ...CLIENT, OIDC_PARAMETERS: 'prompt=login&state=x' },
      'OIDC_PARAMETERS cannot set state, which the service sets',
    ],
    [{ ...CLIENT, OIDC_PARAMETERS: 'prompt=login&prompt=none' }, 'OIDC_PARAMETERS has prompt twice'],
    [
      { ...CLIENT, OIDC_PARAMETERS: 'prompt' },
      'OIDC_PARAMETERS must be name=value, joined by &, such as resource=https://recharge.example.org',
    ],
    [{ ...CLIENT, OIDC_SCOPE: 'profile' }, 'OIDC_SCOPE must be openid, and others separated by blanks'],
    ...[
      'http://recharge.example.org/console/sign-in/callback',
      'https://recharge.example.org/console',
      'https://recharge.example.org/console/sign-in/callback?x=1',
    ].map((uri): [NodeJS.ProcessEnv, string] => [
      { ...CLIENT, OIDC_REDIRECT_URI: uri },
      'OIDC_REDIRECT_URI must be a URL such as https://recharge.example.org/console/sign-in/callback',
    ]),
  ])('refuses %j in one clear line', (variables, complaint) => {
    expect(settingsOf(variables)).toBe(complaint);
  });
});
