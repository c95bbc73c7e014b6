import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';

/** Which alerts. */
export class AlertsQuery {
  @ApiPropertyOptional({
    enum: ['true', 'false'],
    default: 'true',
    description: 'With `true` only the alerts of now; with `false` also those of the past and of the future.',
  })
  @IsOptional()
  @IsIn(['true', 'false'], { message: 'must be true or false' })
  active_only: 'true' | 'false' = 'true';
}
