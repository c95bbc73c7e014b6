import { IdQuery, PageQuery } from '../../../common/http/pagination';
import { EmptyIsAbsent, Moment, OneOf, Text } from '../../../common/http/validation';
import { LONGEST } from '../../../common/text/lengths';

/** Which recharges to list, and where the page starts. */
export class RechargesQuery extends PageQuery {
  @EmptyIsAbsent()
  @IdQuery('Only recharges of this card.', 1)
  card_id?: number;

  @EmptyIsAbsent()
  @IdQuery('Only recharges of the cards of this rider.', 1)
  user_id?: number;

  @EmptyIsAbsent()
  @IdQuery('Only recharges that were paid at this recharge point.', 1)
  recharge_point_id?: number;

  @EmptyIsAbsent()
  @Text(LONGEST.name, {
    optional: true,
    example: 'default',
    description: 'Only recharges that were paid through this channel.',
  })
  channel?: string;

  @EmptyIsAbsent()
  @OneOf(['true', 'false'], {
    optional: true,
    example: 'true',
    description: 'Only recharges that were reversed (`true`), or that were not.',
  })
  reversed?: 'true' | 'false';

  @EmptyIsAbsent()
  @Moment({ description: 'Posted from this moment on.', example: '2026-11-28T00:00:00Z', optional: true })
  from?: string;

  @EmptyIsAbsent()
  @Moment({ description: 'Posted before this moment.', example: '2026-11-29T00:00:00Z', optional: true })
  to?: string;
}
