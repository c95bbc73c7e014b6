import { StartupError } from '../../../common/program/startup-error';
import type { AppConfig } from '../../config/app-config';
import { BOUND_TO, isRole, type Role, ROLES } from '../scopes';

const NEEDED = ['OIDC_AUDIENCE', 'OIDC_ROLES'] as const;
/** They mean nothing without an issuer. */
const FOLLOWING = [...NEEDED, 'OIDC_USER_CLAIM'] as const;

/** Which access tokens are accepted, and what their claims mean. */
export interface SignInSettings {
  readonly issuer: string;
  readonly audience: string;
  /** The `typ` of an access token's header. */
  readonly tokenType: string;
  readonly algorithms: readonly string[];
  /** Seconds after its issue for which a token is accepted at most. */
  readonly mostAge: number;
  readonly roleClaim: string;
  /** By the value of the claim. */
  readonly roles: ReadonlyMap<string, Role>;
  readonly userClaim: string | null;
}

/**
 * What the environment says of signing in; null: nobody signs in, there are only keys.
 *
 * @throws StartupError when it says only half of it, or would be without effect.
 */
export function signInSettings(config: AppConfig): SignInSettings | null {
  const issuer = config.get('OIDC_ISSUER');
  if (issuer === undefined) {
    const alone = FOLLOWING.find((name) => config.get(name) !== undefined);
    if (alone) throw new StartupError(`${alone} also needs OIDC_ISSUER`);
    return null;
  }
  if (config.authMode !== 'required')
    throw new StartupError(
      `OIDC_ISSUER needs AUTH=required: with AUTH=${config.authMode} nobody is asked who they are`,
    );
  const roles = parseRoles(config.get('OIDC_ROLES') ?? needed('OIDC_ROLES'));
  const userClaim = config.get('OIDC_USER_CLAIM') ?? null;
  if (userClaim === null && [...roles.values()].includes('rider'))
    throw new StartupError('OIDC_ROLES has the role rider, which also needs OIDC_USER_CLAIM');
  return {
    issuer,
    audience: config.get('OIDC_AUDIENCE') ?? needed('OIDC_AUDIENCE'),
    tokenType: config.get('OIDC_TOKEN_TYPE'),
    algorithms: config.get('OIDC_ALGORITHMS').split(','),
    mostAge: config.get('OIDC_MOST_MINUTES') * 60,
    roleClaim: config.get('OIDC_ROLE_CLAIM'),
    roles,
    userClaim,
  };
}

function needed(name: (typeof NEEDED)[number]): never {
  throw new StartupError(`OIDC_ISSUER also needs ${name}`);
}

/** Roles of devices and of programs are for keys. */
function isForPeople(role: Role): boolean {
  return role === 'rider' || !(role in BOUND_TO || role === 'simulator');
}

/** @throws StartupError when a value means no role that people have, or means two. */
function parseRoles(text: string): ReadonlyMap<string, Role> {
  const roles = new Map<string, Role>();
  for (const entry of text.split(',')) {
    const at = entry.lastIndexOf('=');
    const [value, role] = [entry.slice(0, at), entry.slice(at + 1)];
    if (!isRole(role) || !isForPeople(role))
      throw new StartupError(
        `OIDC_ROLES: ${entry} must end in one of ${ROLES.filter(isForPeople).join(', ')}`,
      );
    if (roles.has(value)) throw new StartupError(`OIDC_ROLES says twice what ${value} means`);
    roles.set(value, role);
  }
  return roles;
}
