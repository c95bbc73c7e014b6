import { DomainError } from './domain-error';

export class ValidatorNotActiveError extends DomainError {
  static readonly code = 'validator_not_active';

  constructor(validatorId: number) {
    super(ValidatorNotActiveError.code, `Validator ${validatorId} is out of service.`);
  }
}

export class TapAlreadyResolvedError extends DomainError {
  static readonly code = 'tap_already_resolved';

  constructor(suspenseId: number) {
    super(TapAlreadyResolvedError.code, `Suspended tap ${suspenseId} has been decided already.`);
  }
}
