import { DomainError } from './domain-error';

export class DatabaseAwayError extends DomainError {
  static readonly code = 'database_away';

  constructor() {
    super(DatabaseAwayError.code, 'The database cannot be reached at the moment.');
  }
}

export class DatabaseBusyError extends DomainError {
  static readonly code = 'database_busy';

  constructor() {
    super(DatabaseBusyError.code, 'The database did not finish the request in time. Nothing was changed.');
  }
}

export class CommitsUnansweredError extends DomainError {
  static readonly code = 'database_busy';

  constructor() {
    super(
      CommitsUnansweredError.code,
      'Writes are refused while the database does not answer the commits of others. Nothing was changed.',
    );
  }
}

export class OverloadedError extends DomainError {
  static readonly code = 'overloaded';

  constructor() {
    super(
      OverloadedError.code,
      'The service has more requests than it can answer in time. Nothing was changed.',
    );
  }
}

export class TotalsIncompleteError extends DomainError {
  static readonly code = 'totals_incomplete';

  constructor() {
    super(TotalsIncompleteError.code, 'The totals by day and hour are still being counted.');
  }
}

export class StoppingError extends DomainError {
  static readonly code = 'service_stopping';

  constructor() {
    super(StoppingError.code, 'The service is stopping and takes no more requests. Nothing was changed.');
  }
}

export class CacheAwayError extends DomainError {
  static readonly code = 'cache_away';

  constructor(cause?: unknown) {
    super(CacheAwayError.code, 'The cache cannot be reached at the moment.', { cause });
  }
}

export class ProofRunningError extends DomainError {
  static readonly code = 'proof_running';

  constructor(proofId: number) {
    super(ProofRunningError.code, `Proof ${proofId} is running.`);
  }
}
