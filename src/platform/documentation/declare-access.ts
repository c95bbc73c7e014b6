import type { ProblemCode } from '../../common/http/problem/problem-types';
import { KEY_PATTERN } from '../access/access-key';
import type { RequiresOptions } from '../access/requires.decorator';
import { type Role, rolesWith, type Scope } from '../access/scopes';
import { declareProblems } from './declare-problems';
import type { Operation } from './document-types';

/** An operation with what `@Requires` says of it. */
export type GuardedOperation = Operation & { 'x-access'?: RequiresOptions & { readonly scope: Scope } };

const UNAUTHENTICATED: readonly ProblemCode[] = [
  'key_required',
  'key_invalid',
  'key_expired',
  'key_revoked',
  'token_invalid',
];
const FORBIDDEN: readonly ProblemCode[] = ['scope_missing', 'network_not_allowed', 'open_mode_is_local'];
const FORBIDDEN_AT = {
  'recharge point': 'not_this_recharge_point',
  'listed recharge point': 'not_this_recharge_point',
  boarding: 'not_this_validator',
  alighting: 'not_this_validator',
  station: 'not_this_validator',
  device: 'not_this_validator',
} as const;

const ONLY_AT = {
  'recharge point':
    'A key that is bound to a recharge point recharges only there, so the body need not name it.',
  'listed recharge point':
    'A key that is bound to a recharge point lists only the recharges that were paid there.',
  boarding: 'A key that is bound to a station or a vehicle boards only there, so the body need not name it.',
  alighting:
    'A key that is bound to a station ends trips only there, so the body need not name it. One that is bound to a vehicle ends trips that began in it.',
  station: 'A key that is bound to a station asks only for that station.',
  device:
    'A key that is bound to one validator speaks only for it, so the body need not name it. One that is bound to a whole station or vehicle does not speak for any.',
} as const;

/** Declares the refusals of an operation that depend on its caller. */
export function declareAccess(operation: GuardedOperation): void {
  const { 'x-access': access } = operation;
  if (!access) return declareProblems(operation, ['open_mode_is_local']);
  const { at, limit } = access;
  declareProblems(operation, [
    ...UNAUTHENTICATED,
    ...FORBIDDEN,
    ...(at ? [FORBIDDEN_AT[at]] : []),
    ...(limit ? (['reversal_limit'] as const) : []),
    'issuer_away',
    'database_away',
    'database_busy',
  ]);
  const unauthenticated = operation.responses[401];
  if (unauthenticated && !('$ref' in unauthenticated)) unauthenticated.headers = CHALLENGE;
}

const CHALLENGE = {
  'WWW-Authenticate': {
    description: `Bearer: a key such as ${KEY_PATTERN}, or an access token.`,
    schema: { type: 'string' },
  },
} as const;

/** Who may call an operation, in a sentence. */
export function describeAccess({ 'x-access': access }: GuardedOperation): string {
  if (!access) return 'It is public: it needs no key.';
  const { scope, own, or, members, noted, at } = access;
  const nameOf = (role: Role): string => (own && role === 'rider' ? `${role} (only their own)` : role);
  const remembered = noted ? ' The audit trail remembers who was answered.' : '';
  const place = at ? ` ${ONLY_AT[at]}` : '';
  const more = Object.entries(members ?? {}).map(
    ([member, other]) => ` \`${member}\` also needs \`${other}\`.`,
  );
  const sentence = `It needs the scope \`${scope}\`: ${rolesWith(scope).map(nameOf).join(', ')}.${place}${more.join('')}${remembered}`;
  if (!or) return sentence;
  const body = Object.entries(or.body).map(([member, value]) => `${member} \`${value}\``);
  return `${sentence} For ${body.join(' and ')} \`${or.scope}\` is enough: ${rolesWith(or.scope).map(nameOf).join(', ')}.`;
}
