import { StartupError } from '../../../common/program/startup-error';
import type { AppConfig } from '../../config/app-config';

/** They mean nothing without a client. */
const FOLLOWING = ['OIDC_CLIENT_SECRET', 'OIDC_REDIRECT_URI', 'OIDC_PARAMETERS', 'OIDC_NAME'] as const;

/** What each request says by itself, and what would take its place. */
const RESERVED =
  /^(client_(id|secret)|redirect_uri|response_(type|mode)|scope|state|nonce|code_challenge(_method)?|request(_uri)?)$/;

/** How the console signs people in at the identity provider. */
export interface ProviderSettings {
  readonly issuer: string;
  /** What people know it by. */
  readonly name: string;
  readonly clientId: string;
  /** Null: a public client, which proves by PKCE alone that it is the one who asked. */
  readonly clientSecret: string | null;
  readonly authentication: 'client_secret_basic' | 'client_secret_post';
  readonly redirectUri: string;
  readonly scope: string;
  /** Further parameters of the request for authorization. */
  readonly parameters: Readonly<Record<string, string>>;
}

/**
 * What the environment says of the console's sign-in; null: people paste a key.
 *
 * @throws StartupError when it says only half of it, or names a parameter twice or one that is not the operator's to choose.
 */
export function providerSettings(config: AppConfig): ProviderSettings | null {
  const clientId = config.get('OIDC_CLIENT_ID');
  if (clientId === undefined) {
    const alone = FOLLOWING.find((name) => config.get(name) !== undefined);
    if (alone) throw new StartupError(`${alone} also needs OIDC_CLIENT_ID`);
    return null;
  }
  const issuer = config.get('OIDC_ISSUER');
  const redirectUri = config.get('OIDC_REDIRECT_URI');
  if (issuer === undefined) throw new StartupError('OIDC_CLIENT_ID also needs OIDC_ISSUER');
  if (redirectUri === undefined) throw new StartupError('OIDC_CLIENT_ID also needs OIDC_REDIRECT_URI');
  return {
    issuer,
    name: config.get('OIDC_NAME') ?? new URL(issuer).host,
    clientId,
    clientSecret: config.get('OIDC_CLIENT_SECRET') ?? null,
    authentication: config.get('OIDC_CLIENT_AUTHENTICATION'),
    redirectUri,
    scope: config.get('OIDC_SCOPE'),
    parameters: parametersIn(config.get('OIDC_PARAMETERS') ?? ''),
  };
}

function parametersIn(text: string): Readonly<Record<string, string>> {
  const given = [...new URLSearchParams(text)];
  const names = given.map(([name]) => name);
  const reserved = names.find((name) => RESERVED.test(name));
  if (reserved) throw new StartupError(`OIDC_PARAMETERS cannot set ${reserved}, which the service sets`);
  const twice = names.find((name, place) => names.indexOf(name) < place);
  if (twice) throw new StartupError(`OIDC_PARAMETERS has ${twice} twice`);
  return Object.fromEntries(given);
}
