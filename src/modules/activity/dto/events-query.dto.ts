import { EmptyIsAbsent, Text } from '../../../common/http/validation';

/** Room for all types, and for an id. */
const LONGEST = 200;
const LONGEST_KEYS = 2_000;

export class EventsQuery {
  @EmptyIsAbsent()
  @Text(LONGEST, {
    optional: true,
    example: 'figures,boardings',
    description:
      'Types of events, with commas between them: `figures`, `boardings`, `recharges`, `refusals`, `alerts`, `evictions`, `epochs`, `steps`. All that the caller may see if it is left out.',
  })
  types?: string;

  @EmptyIsAbsent()
  @Text(LONGEST_KEYS, {
    optional: true,
    example: 'card:17:balance,card:17:history',
    description:
      'Up to 20 keys of the cache, with commas between them: `steps` tells what happens to these. It needs cards:read.',
  })
  keys?: string;

  @EmptyIsAbsent()
  @Text(LONGEST, {
    optional: true,
    example: '21001.6985',
    description: 'The same as the header `Last-Event-ID`, for clients that cannot send it.',
  })
  last_event_id?: string;
}
