import { Injectable } from '@nestjs/common';
import { translateDatabaseError } from '../../common/http/problem/database-errors';
import { DomainError } from '../../common/http/problem/domain-error';
import type { Outcome } from './write-plan';

/**
 * What became of a write: `committed`; `replayed`, the stored response was given again; `refused`, a rule forbids it; `failed`,
 * the service or a part of it could not do it.
 */
export type WriteOutcome = 'committed' | 'replayed' | 'refused' | 'failed';

interface WriteCount {
  readonly kind: string;
  readonly outcome: WriteOutcome;
  count: number;
}

/** Counts the writes of this process by operation, such as `POST /recharges`, and outcome. */
@Injectable()
export class WriteCounts {
  private readonly counts = new Map<string, WriteCount>();

  get all(): Iterable<WriteCount> {
    return this.counts.values();
  }

  ended(kind: string, { isReplay }: Pick<Outcome<unknown>, 'isReplay'>): void {
    this.add(kind, isReplay ? 'replayed' : 'committed');
  }

  failed(kind: string, error: unknown): void {
    const known = error instanceof DomainError ? error : translateDatabaseError(error);
    this.add(kind, known && known.status < 500 ? 'refused' : 'failed');
  }

  private add(kind: string, outcome: WriteOutcome): void {
    const key = `${outcome} ${kind}`;
    const known = this.counts.get(key);
    if (known) known.count += 1;
    else this.counts.set(key, { kind, outcome, count: 1 });
  }
}
