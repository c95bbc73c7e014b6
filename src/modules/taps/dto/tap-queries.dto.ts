import { IdQuery, PageQuery } from '../../../common/http/pagination';
import { EmptyIsAbsent, OneOf } from '../../../common/http/validation';
import { SUSPENSE_REASONS, type SuspenseReason } from '../tap';

const STATUSES = ['open', 'resolved'] as const;

/** Which taps in suspense to list, and where the page starts. */
export class SuspenseQuery extends PageQuery {
  @EmptyIsAbsent()
  @OneOf(STATUSES, {
    optional: true,
    example: 'open',
    description: 'Those that wait for a person, or those that were decided; without it, those that wait.',
  })
  status?: (typeof STATUSES)[number];

  @EmptyIsAbsent()
  @OneOf(SUSPENSE_REASONS, {
    optional: true,
    example: 'unknown_card',
    description: 'Only those with this reason.',
  })
  reason?: SuspenseReason;

  @EmptyIsAbsent()
  @IdQuery('Only those of this validator.', 1)
  validator_id?: number;
}
