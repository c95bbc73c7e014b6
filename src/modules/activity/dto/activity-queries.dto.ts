import { IdQuery, WholeNumberQuery } from '../../../common/http/pagination';
import { EmptyIsAbsent, Moment } from '../../../common/http/validation';
import { MINUTES_KEPT_DAYS } from '../../maintenance/period-totals';

export const MOST_MINUTES = 24 * 60;
export const MOST_MINUTES_OF_STATIONS = 120;

const FROM = `Of the last ${MINUTES_KEPT_DAYS} days. It is brought forward to a whole minute.`;

export class MinutesQuery {
  @EmptyIsAbsent()
  @Moment({
    optional: true,
    example: '2026-11-28T12:00:00Z',
    description: `From this moment on. ${FROM} If it is left out, the span has 60 minutes and the present one.`,
  })
  from?: string;

  @EmptyIsAbsent()
  @Moment({
    optional: true,
    example: '2026-11-28T13:00:00Z',
    description: `Before this moment, at most ${MOST_MINUTES} minutes later. It is put off to a whole minute; now if it is left out.`,
  })
  to?: string;

  @EmptyIsAbsent()
  @IdQuery('Only boardings at this station.', 1)
  station_id?: number;
}

export class StationMinutesQuery {
  @EmptyIsAbsent()
  @Moment({
    optional: true,
    example: '2026-11-28T12:00:00Z',
    description: `From this moment on. ${FROM} If it is left out, the span has 5 minutes and the present one.`,
  })
  from?: string;

  @EmptyIsAbsent()
  @Moment({
    optional: true,
    example: '2026-11-28T13:00:00Z',
    description: `Before this moment, at most ${MOST_MINUTES_OF_STATIONS} minutes later. It is put off to a whole minute; now if it is left out.`,
  })
  to?: string;

  @EmptyIsAbsent()
  @WholeNumberQuery(
    1,
    MOST_MINUTES_OF_STATIONS,
    undefined,
    'How many minutes each frame has. The whole span is one frame if it is left out.',
    1,
  )
  step?: number;
}
