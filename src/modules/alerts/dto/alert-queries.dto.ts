import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';

/** Which alerts to list. */
export class AlertsQuery {
  @ApiPropertyOptional({
    enum: ['true', 'false'],
    default: 'true',
    description:
      '`true` lists the alerts that are active now; `false` also lists those of the past and of the future.',
  })
  @IsOptional()
  @IsIn(['true', 'false'], { message: 'must be true or false' })
  active_only: 'true' | 'false' = 'true';
}
