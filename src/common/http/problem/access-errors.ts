import { DomainError } from './domain-error';

export class KeyRequiredError extends DomainError {
  static readonly code = 'key_required';

  constructor() {
    super(KeyRequiredError.code, 'This operation needs a key.');
  }
}

export class KeyInvalidError extends DomainError {
  static readonly code = 'key_invalid';

  constructor() {
    super(KeyInvalidError.code, 'This is not a key of this service.');
  }
}

export class KeyExpiredError extends DomainError {
  static readonly code = 'key_expired';

  constructor() {
    super(KeyExpiredError.code, 'This key has expired.');
  }
}

export class KeyRevokedError extends DomainError {
  static readonly code = 'key_revoked';

  constructor() {
    super(KeyRevokedError.code, 'This key has been revoked.');
  }
}

export class TokenInvalidError extends DomainError {
  static readonly code = 'token_invalid';

  constructor() {
    super(TokenInvalidError.code, 'This access token is not accepted.');
  }
}

export class IssuerAwayError extends DomainError {
  static readonly code = 'issuer_away';

  constructor() {
    super(
      IssuerAwayError.code,
      'The access token cannot be verified: the server that issues them does not answer.',
    );
  }
}

export class ScopeMissingError extends DomainError {
  static readonly code = 'scope_missing';

  constructor(scope: string) {
    super(
      ScopeMissingError.code,
      `This operation needs the scope ${scope}, which the role of the caller does not have.`,
      { members: { scope } },
    );
  }
}

export class NetworkNotAllowedError extends DomainError {
  static readonly code = 'network_not_allowed';

  constructor() {
    super(NetworkNotAllowedError.code, 'This key may not be used from this address.');
  }
}

export class NotThisRechargePointError extends DomainError {
  static readonly code = 'not_this_recharge_point';

  constructor() {
    super(NotThisRechargePointError.code, 'This key is for another recharge point.');
  }
}

export class NotThisValidatorError extends DomainError {
  static readonly code = 'not_this_validator';

  constructor() {
    super(
      NotThisValidatorError.code,
      'This key is for another validator, or for the one of another vehicle or station.',
    );
  }
}

/** A limit of what agents may take back from cards: the setting that has it, and amounts in whole units of the currency. */
export interface TakeBackLimit {
  readonly name: 'AGENT_MOST_REVERSAL' | 'AGENT_MOST_REVERSAL_DAY';
  readonly most: number;
  /** How much may be taken back at once now. */
  readonly left: number;
}

export function sentenceOf({ name, most, left }: TakeBackLimit): string {
  return name === 'AGENT_MOST_REVERSAL'
    ? `an agent may take back at most ${most} at once`
    : `agents of a client may take back ${most} in a day, of which ${left} is left`;
}

export class ReversalLimitError extends DomainError {
  static readonly code = 'reversal_limit';

  /** @param amount in whole units of the currency. */
  constructor(amount: number, limit: TakeBackLimit) {
    const { name, most, left } = limit;
    super(ReversalLimitError.code, `The recharge has ${amount}; ${sentenceOf(limit)}.`, {
      members: { limit: name, most, left },
    });
  }
}

export class OpenModeIsLocalError extends DomainError {
  static readonly code = 'open_mode_is_local';

  constructor() {
    super(
      OpenModeIsLocalError.code,
      'With AUTH=open only this machine may call, without a proxy and from no page of another site.',
    );
  }
}

export class KeyNotInForceError extends DomainError {
  static readonly code = 'key_not_in_force';

  constructor(keyId: string) {
    super(KeyNotInForceError.code, `The key ${keyId} has expired, was revoked, or has a successor already.`);
  }
}

export class TooManyRequestsError extends DomainError {
  static readonly code = 'too_many_requests';

  /** @param limit the name of the limit, as the header RateLimit has it. */
  constructor(limit: string) {
    super(
      TooManyRequestsError.code,
      `The limit of ${limit.replace('-', ' ')} a minute is used up. Nothing was changed.`,
    );
  }
}

export class TooManyWatchersError extends DomainError {
  static readonly code = 'too_many_watchers';

  /** @param most how many streams one caller may have in a process. */
  constructor(most: number) {
    super(TooManyWatchersError.code, `One caller may have ${most} streams of events at a time.`);
  }
}
