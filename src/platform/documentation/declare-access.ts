import { problemResponse } from '../../common/http/api-problems.decorator';
import { KEY_PATTERN } from '../access/access-key';
import type { RequiresOptions } from '../access/requires.decorator';
import { type Role, rolesWith, type Scope } from '../access/scopes';
import type { Operation } from './document-types';

/** With what `@Requires` says. */
export type GuardedOperation = Operation & { 'x-access'?: RequiresOptions & { readonly scope: Scope } };

const UNAUTHENTICATED = 'key_required, key_invalid, key_expired, key_revoked';
const FORBIDDEN_AT = {
  'recharge point': 'not_this_recharge_point',
  boarding: 'not_this_validator',
  alighting: 'not_this_validator',
} as const;

/** What an operation may be refused with because of who calls. */
export function declareAccess(operation: GuardedOperation): void {
  const { responses, 'x-access': access } = operation;
  const forbidden: string[] = ['open_mode_is_local'];
  if (access) {
    const { at, limit } = access;
    responses[401] ??= {
      ...problemResponse(401, UNAUTHENTICATED),
      headers: {
        'WWW-Authenticate': {
          description: `Bearer: a key such as ${KEY_PATTERN}.`,
          schema: { type: 'string' },
        },
      },
    };
    forbidden.unshift('scope_missing', 'network_not_allowed');
    if (at) forbidden.push(FORBIDDEN_AT[at]);
    if (limit) forbidden.push('reversal_limit');
    responses[503] ??= problemResponse(503, 'database_away, database_busy');
  }
  responses[403] ??= problemResponse(403, forbidden.join(', '));
}

/** Who may call an operation, in a sentence. */
export function describeAccess({ 'x-access': access }: GuardedOperation): string {
  if (!access) return 'It is public: it needs no key.';
  const { scope, own, or } = access;
  const nameOf = (role: Role): string => (own && role === 'rider' ? `${role} (only their own)` : role);
  const sentence = `It needs the scope \`${scope}\`: ${rolesWith(scope).map(nameOf).join(', ')}.`;
  if (!or) return sentence;
  const body = Object.entries(or.body).map(([member, value]) => `${member} \`${value}\``);
  return `${sentence} For ${body.join(' and ')} \`${or.scope}\` is enough: ${rolesWith(or.scope).map(nameOf).join(', ')}.`;
}
