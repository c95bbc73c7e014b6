import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';

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
