import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsOptional } from 'class-validator';
import { PageQuery } from '../../common/pagination';
import { OneOf, Text } from '../../common/validation';

const STATION_STATUSES = ['active', 'inactive'] as const;
export type StationStatus = (typeof STATION_STATUSES)[number];

/** `?status=` asks for all, as leaving it out does: both have the same key in the cache. */
const EmptyIsAbsent = (): PropertyDecorator =>
  Transform(({ value }: { value: unknown }) => (value === '' ? undefined : value));

/** Which stations, and where the page starts. */
export class StationsQuery extends PageQuery {
  @EmptyIsAbsent()
  @Text(100, { optional: true, example: 'Suba', description: 'The name of a locality.' })
  locality?: string;

  @EmptyIsAbsent()
  @OneOf(STATION_STATUSES, { optional: true, example: 'active' })
  status?: StationStatus;
}

/** Which alerts. */
export class AlertsQuery {
  @ApiPropertyOptional({
    enum: ['true', 'false'],
    default: 'true',
    description: 'Only those that hold now; with `false` the past and the announced too.',
  })
  @IsOptional()
  @IsIn(['true', 'false'], { message: 'must be true or false' })
  active_only: 'true' | 'false' = 'true';
}
