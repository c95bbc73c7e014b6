import type { JWTPayload } from 'jose';
import type { Binding, Caller } from '../caller';
import { type Role, type Scope, scopesOf } from '../scopes';
import type { SignInSettings } from './sign-in-settings';

const NO_SCOPES: ReadonlySet<Scope> = new Set();
const NO_BINDING: Binding = {};

/** Who somebody is by the claims of a token, and why they may do nothing, where that is so. */
export interface SignedIn {
  readonly caller: Caller;
  readonly fault: string | null;
}

/**
 * Who somebody is by the claims of a token whose signature was verified.
 *
 * @param client how the person is remembered. A rider is remembered by the number of the user, which an erasure leaves.
 */
export function callerOfClaims(claims: JWTPayload, settings: SignInSettings, client: string): SignedIn {
  const nobody = (fault: string): SignedIn => ({
    caller: { client, keyId: null, role: null, scopes: NO_SCOPES, binding: NO_BINDING },
    fault,
  });
  const [role, ...others] = rolesIn(claims, settings);
  if (!role) return nobody(`the claim ${settings.roleClaim} has no role of OIDC_ROLES`);
  if (others.length > 0) return nobody(`the claim ${settings.roleClaim} has more than one role`);
  const binding = role === 'rider' ? bindingIn(claims, settings) : NO_BINDING;
  if (!binding) return nobody(`the claim ${settings.userClaim} has no user_id`);
  const caller = { keyId: null, role, scopes: scopesOf(role), binding };
  return {
    caller: { client: binding.user_id === undefined ? client : `rider:${binding.user_id}`, ...caller },
    fault: null,
  };
}

function rolesIn(claims: JWTPayload, { roleClaim, roles }: SignInSettings): readonly Role[] {
  const value = claimOf(claims, roleClaim);
  const values = Array.isArray(value) ? value : [value];
  const known = values.flatMap((each) => (typeof each === 'string' ? (roles.get(each) ?? []) : []));
  return [...new Set(known)];
}

function bindingIn(claims: JWTPayload, { userClaim }: SignInSettings): Binding | null {
  const value = userClaim === null ? undefined : claimOf(claims, userClaim);
  const id = typeof value === 'string' && /^[1-9]\d{0,18}$/.test(value) ? Number(value) : value;
  return Number.isSafeInteger(id) && Number(id) > 0 ? { user_id: Number(id) } : null;
}

/** A claim by its name, which may have dots as that of a URL has; or, after a dot, a member of a claim. */
function claimOf(claims: JWTPayload, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  return name
    .split('.')
    .reduce<unknown>(
      (value, part) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, part)
          ? (value as Record<string, unknown>)[part]
          : undefined,
      claims,
    );
}
