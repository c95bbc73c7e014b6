import { isIP } from 'node:net';
import { newAccessKey } from './access-key';
import type { AccessKeyRecord, NewAccessKeyRecord } from './access-key-store';
import type { Binding } from './caller';
import { BINDING_NAMES, bindingsOf, type Role } from './scopes';

const DAY = 86_400_000;
/** For how many seconds a key and its successor may both be valid. */
export const MOST_OVERLAP = 7 * 86_400;
/** How many addresses or networks a key may have. */
export const MOST_NETWORKS = 20;
/** The form of a client's name. */
export const CLIENT_NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/;

/** The request for a key. */
export interface KeyRequest {
  readonly client: string;
  readonly name: string;
  readonly role: Role;
  readonly binding: Binding;
  readonly networks: readonly string[];
  readonly requestsPerMinute: number | null;
  readonly days: number;
  /** The id of the key that makes it. It is empty for a program at the server. */
  readonly createdBy: string;
}

/** Returns a new key: its text, which is shown once, and the record that is stored. */
export function composeKey(request: KeyRequest, now: Date): { text: string; record: NewAccessKeyRecord } {
  const { text, id, digest } = newAccessKey();
  return {
    text,
    record: {
      key_id: id,
      digest,
      client: request.client,
      name: request.name,
      role: request.role,
      ...toColumns(request.binding),
      networks: [...request.networks],
      requests_per_minute: request.requestsPerMinute,
      created_by: request.createdBy,
      expires_at: inDays(request.days, now),
    },
  };
}

/** Returns the columns of a binding, of which at most one is not null. */
export function toColumns(binding: Binding): Record<(typeof BINDING_NAMES)[number], number | null> {
  const { user_id = null, recharge_point_id = null } = binding;
  const { vehicle_id = null, station_id = null, validator_id = null } = binding;
  return { user_id, recharge_point_id, vehicle_id, station_id, validator_id };
}

export function inDays(days: number, now: Date): Date {
  return new Date(now.getTime() + days * DAY);
}

/** A successor may be used for as many days as the old key was made for, but not for more than keys may have now. */
export function successorExpiry(
  { created_at, expires_at }: Pick<AccessKeyRecord, 'created_at' | 'expires_at'>,
  mostDays: number,
  now: Date,
): Date {
  const days = (expires_at.getTime() - created_at.getTime()) / DAY;
  return inDays(Math.min(Math.max(days, 1), mostDays), now);
}

/** Returns the wrong member and a sentence, if the binding does not fit the role. Otherwise it returns null. */
export function bindingFault(role: Role, binding: Binding): { name: string; detail: string } | null {
  const needed = bindingsOf(role);
  const given = BINDING_NAMES.filter((name) => binding[name] !== undefined);
  const surplus = given.find((name) => !needed.includes(name)) ?? given[1];
  if (surplus)
    return {
      name: surplus,
      detail:
        needed.length === 0
          ? `must be left out: the role ${role} is bound to nothing`
          : `must be left out: the role ${role} is bound to one ${needed.join(' or ')}`,
    };
  const [name] = needed;
  if (name === undefined || given.length > 0) return null;
  return { name, detail: `must be given: the role ${role} is bound to one ${needed.join(' or ')}` };
}

/** Whether a text is an address or a network, such as 10.1.2.3, 10.0.0.0/8 or 2001:db8::/32, without bits after its length. */
export function isNetwork(text: string): boolean {
  const [address = '', length, ...rest] = text.split('/');
  const family = isIP(address);
  const most = family === 6 ? 128 : 32;
  if (family === 0 || rest.length > 0 || address.includes('%')) return false;
  if (length === undefined) return true;
  if (!/^(0|[1-9]\d{0,2})$/.test(length) || Number(length) > most) return false;
  return hasNoBitsBeyond(address, family, Number(length));
}

function hasNoBitsBeyond(address: string, family: number, length: number): boolean {
  const bits = family === 6 ? bitsOfIpv6(address) : bitsOfIpv4(address);
  return !bits.slice(length).includes('1');
}

function bitsOfIpv4(address: string): string {
  return address
    .split('.')
    .map((part) => Number(part).toString(2).padStart(8, '0'))
    .join('');
}

function bitsOfIpv6(address: string): string {
  // The last 32 bits of the address are written like an IPv4 address.
  const plain = address.replace(/[\d.]+$/, (last) =>
    last.includes('.')
      ? (bitsOfIpv4(last).match(/.{16}/g) ?? []).map((bits) => parseInt(bits, 2).toString(16)).join(':')
      : last,
  );
  const [head = '', tail] = plain.split('::');
  const groups = (part: string | undefined): string[] => (part ? part.split(':') : []);
  const missing = tail === undefined ? 0 : 8 - groups(head).length - groups(tail).length;
  return [...groups(head), ...Array<string>(missing).fill('0'), ...groups(tail)]
    .map((group) => parseInt(group, 16).toString(2).padStart(16, '0'))
    .join('');
}
