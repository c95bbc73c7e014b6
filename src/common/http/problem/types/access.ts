import { HttpStatus } from '@nestjs/common';
import type { ProblemTypes } from './problem-type';

const SHOW_KEY =
  'Send the header Authorization with the word Bearer, a blank, and a key that is in force. Where people sign in, an access token does as well.';

/** Who calls has not shown who that is (401), or may not do this (403). */
export const ACCESS_PROBLEMS = {
  key_required: {
    status: HttpStatus.UNAUTHORIZED,
    title: 'The operation needs a key.',
    when: 'The operation is not public, and the request has no header Authorization with a key.',
    advice: SHOW_KEY,
  },
  key_invalid: {
    status: HttpStatus.UNAUTHORIZED,
    title: 'This is not a key of this service.',
    when: 'What the request shows as a key was never issued here, or was copied with a mistake.',
    advice: SHOW_KEY,
  },
  key_expired: {
    status: HttpStatus.UNAUTHORIZED,
    title: 'The key has expired.',
    when: 'The time until which the key may be used is over.',
    advice: 'Ask an administrator for a new key.',
  },
  key_revoked: {
    status: HttpStatus.UNAUTHORIZED,
    title: 'The key was revoked.',
    when: 'An administrator has revoked the key, or it was rolled and its time is over.',
    advice: 'Use its successor, or ask an administrator for a new key.',
  },
  token_invalid: {
    status: HttpStatus.UNAUTHORIZED,
    title: 'The access token is not accepted.',
    when: 'The access token (OpenID Connect) has expired, is for another service, or was not issued for this one. The log of the service says why.',
    advice: 'Sign in again, and send the new access token, not the ID token.',
  },
  issuer_away: {
    status: HttpStatus.SERVICE_UNAVAILABLE,
    title: 'The issuer of access tokens does not answer.',
    when: 'An access token cannot be verified, because the keys of its issuer cannot be read. Keys of this service work.',
    advice: 'Wait for as long as Retry-After says, then repeat the request.',
    retryAfter: 10,
  },
  scope_missing: {
    status: HttpStatus.FORBIDDEN,
    title: 'The role of the caller may not do this.',
    when: 'The operation needs a scope that the role of the caller does not have. The member `scope` names it.',
    advice: 'Use the key or the access token of a role with this scope.',
  },
  network_not_allowed: {
    status: HttpStatus.FORBIDDEN,
    title: 'The key may not be used from this address.',
    when: 'The key is limited to networks, and the request comes from another one.',
    advice: 'Call from one of the networks of the key, or ask an administrator for another key.',
  },
  not_this_recharge_point: {
    status: HttpStatus.FORBIDDEN,
    title: 'The key belongs to another recharge point.',
    when: 'The body names a recharge point that is not the one of the key.',
    advice: 'Leave recharge_point_id out: the recharge point of the key is used.',
  },
  not_this_validator: {
    status: HttpStatus.FORBIDDEN,
    title: 'The key belongs to another validator.',
    when: 'The body names a vehicle, a station or a validator that is not the one of the key; or the key is for a whole vehicle or station, and the operation is for one validator.',
    advice: 'Leave it out, or use the key of that validator.',
  },
  reversal_limit: {
    status: HttpStatus.FORBIDDEN,
    title: 'The recharge is more than an agent may take back.',
    when:
      'The caller is an agent, and the recharge has more than AGENT_MOST_REVERSAL, or more than is left of what all agents ' +
      'of the client may take back on a service day (AGENT_MOST_REVERSAL_DAY). The member `limit` says which; `most` and ' +
      '`left` are in whole units of the currency.',
    advice: 'Ask a person whose role has no limit.',
  },
  open_mode_is_local: {
    status: HttpStatus.FORBIDDEN,
    title: 'Only this machine may call the service.',
    when: 'The service runs with AUTH=open, and the request came by another host name or through a proxy.',
    advice:
      'Set AUTH=required, so that callers show a key, or AUTH=trusted-network, if something in front decides who calls.',
  },
  too_many_requests: {
    status: HttpStatus.TOO_MANY_REQUESTS,
    title: 'There were too many requests.',
    when:
      'A key, or an address without one, has asked for more than it may within a minute: requests, writes, different ' +
      'objects, or keys that are wrong. The headers `RateLimit` and `RateLimit-Policy` say which limit it is.',
    advice: 'Wait for as long as Retry-After says, then repeat the request.',
  },
  too_many_watchers: {
    status: HttpStatus.TOO_MANY_REQUESTS,
    title: 'There are too many streams of events.',
    when: 'A key, or an address without one, has as many streams of `/events` as it may have at a time.',
    advice: 'Close another stream, or wait for as long as Retry-After says, then repeat the request.',
    retryAfter: 10,
  },
  key_not_in_force: {
    status: HttpStatus.CONFLICT,
    title: 'The key is not in force.',
    when: 'The key to be changed has expired, was revoked, or has a successor already.',
    advice: 'List the keys to find the one that is in force.',
  },
} as const satisfies ProblemTypes;
