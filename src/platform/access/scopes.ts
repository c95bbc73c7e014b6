/** Who may call what. Operations require scopes, and keys have roles. This file decides which role has which scopes. */
export const SCOPES = [
  'caller:read',
  'users:read',
  'users:find',
  'users:write',
  'users:export',
  'users:erase',
  'cards:read',
  'cards:balance',
  'cards:issue',
  'cards:status',
  'cards:report-lost',
  'recharges:read',
  'recharges:list',
  'recharges:write',
  'recharges:reverse',
  'trips:read',
  'trips:board',
  'trips:alight',
  'taps:read',
  'taps:write',
  'taps:send',
  'taps:hand-in',
  'taps:resolve',
  'validators:read',
  'validators:write',
  'fares:quote',
  'fares:read',
  'fares:write',
  'totals:read',
  'revenue:read',
  'alerts:write',
  'arrivals:write',
  'positions:write',
  'hotlist:read',
  'actions:read',
  'actions:collect',
  'network:read',
  'drivers:read',
  'search:read',
  'proofs:read',
  'proofs:run',
  'cache:read',
  'cache:write',
  'metrics:read',
  'audit:read',
  'events:read',
  'keys:read',
  'keys:manage',
  'simulation:run',
] as const;

/** What an operation requires of its caller. */
export type Scope = (typeof SCOPES)[number];

/** All scopes that only read. */
const READS = SCOPES.filter((scope) => scope.endsWith(':read'));

const ROLE_SCOPES = {
  /** It is bound to a user, so each of its operations must identify the owner of the object. */
  rider: [
    'users:read',
    'users:export',
    'cards:read',
    'cards:balance',
    'cards:report-lost',
    'recharges:read',
    'recharges:list',
    'trips:read',
    'fares:quote',
  ],
  /** It is bound to a recharge point. */
  recharge_point: ['recharges:write', 'recharges:list', 'cards:balance', 'network:read'],
  /** It is bound to a vehicle, a station or one device. Only a device reports taps: its own. */
  validator: [
    'trips:board',
    'trips:alight',
    'fares:quote',
    'taps:write',
    'taps:send',
    'hotlist:read',
    'actions:read',
    'actions:collect',
  ],
  agent: [
    'users:read',
    'users:find',
    'users:write',
    'users:export',
    'users:erase',
    'cards:read',
    'cards:balance',
    'cards:issue',
    'cards:status',
    'recharges:read',
    'recharges:list',
    'recharges:write',
    'recharges:reverse',
    'trips:read',
    'taps:read',
    'taps:write',
    'taps:hand-in',
    'taps:resolve',
    'validators:read',
    'fares:quote',
    'fares:read',
    'actions:read',
    'network:read',
    'events:read',
    'search:read',
  ],
  control_centre: [
    'alerts:write',
    'arrivals:write',
    'positions:write',
    'hotlist:read',
    'totals:read',
    'network:read',
    'drivers:read',
    'validators:read',
    'validators:write',
    'events:read',
    'search:read',
  ],
  /** Only this role can make reversals and payouts above AGENT_MOST_REVERSAL. */
  finance: [
    'users:erase',
    'totals:read',
    'revenue:read',
    'fares:read',
    'fares:write',
    'recharges:read',
    'recharges:list',
    'recharges:reverse',
    'events:read',
    'search:read',
    'proofs:read',
    'proofs:run',
  ],
  /** It may also prove the books again, which changes none of them. */
  auditor: [
    ...READS,
    'users:find',
    'users:export',
    'cards:balance',
    'recharges:list',
    'fares:quote',
    'proofs:run',
  ],
  administrator: [
    'keys:read',
    'keys:manage',
    'search:read',
    'cache:read',
    'cache:write',
    'metrics:read',
    'events:read',
    'simulation:run',
  ],
  scraper: ['metrics:read'],
  /** For programs that try a service out: all but keys and the audit trail. Its keys work only while SIMULATION is on. */
  simulator: SCOPES.filter((scope) => !/^(keys|audit):/.test(scope)),
} as const satisfies Readonly<Record<string, readonly Scope[]>>;

/** The role of a person or a device. */
export type Role = keyof typeof ROLE_SCOPES;

export const ROLES = Object.keys(ROLE_SCOPES) as readonly Role[];

export function isRole(text: string): text is Role {
  return Object.hasOwn(ROLE_SCOPES, text);
}

/** What every role has: to find out what it is. */
const EVERY_ROLE: readonly Scope[] = ['caller:read'];

/** What a role may do. */
export function scopesOf(role: Role): ReadonlySet<Scope> {
  return new Set<Scope>([...EVERY_ROLE, ...ROLE_SCOPES[role]]);
}

/** The roles that may do something. */
export function rolesWith(scope: Scope): readonly Role[] {
  return ROLES.filter((role) => scopesOf(role).has(scope));
}

/** The roles that are bound to something. All other roles are bound to nothing. */
export const BOUND_TO = {
  rider: ['user_id'],
  recharge_point: ['recharge_point_id'],
  validator: ['vehicle_id', 'station_id', 'validator_id'],
} as const satisfies Partial<Readonly<Record<Role, readonly string[]>>>;

export type BindingName = (typeof BOUND_TO)[keyof typeof BOUND_TO][number];

export const BINDING_NAMES = Object.values(BOUND_TO).flat() as readonly BindingName[];

/** Returns what a key of a role is bound to: exactly one of these, or nothing if there are none. */
export function bindingsOf(role: Role): readonly BindingName[] {
  return role in BOUND_TO ? BOUND_TO[role as keyof typeof BOUND_TO] : [];
}
