import { IdQuery, PageQuery } from '../../../common/http/pagination';
import { EmptyIsAbsent, OneOf } from '../../../common/http/validation';
import { CARD_STATUSES, type CardStatus } from '../card-status';

/** A personalised card has a rider, a basic card has none. */
export const CARD_PROFILES = ['basic', 'personalised'] as const;
export type CardProfile = (typeof CARD_PROFILES)[number];

/** Which cards to list, and where the page starts. */
export class CardsQuery extends PageQuery {
  @EmptyIsAbsent()
  @OneOf(CARD_STATUSES, {
    optional: true,
    example: 'lost',
    description: 'Only cards with this status.',
  })
  status?: CardStatus;

  @EmptyIsAbsent()
  @OneOf(CARD_PROFILES, {
    optional: true,
    example: 'personalised',
    description: 'Only cards with a rider (`personalised`), or without one (`basic`).',
  })
  profile?: CardProfile;

  @EmptyIsAbsent()
  @IdQuery('Only cards of this rider.', 1)
  user_id?: number;
}
