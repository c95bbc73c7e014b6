import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, Matches } from 'class-validator';
import { Id } from '../../../common/http/validation';

/** A card to issue: basic without a user, personalised with one. */
export class CreateCard {
  @Id({ optional: true, example: 1 })
  user_id?: number;

  @ApiPropertyOptional({
    description:
      'The number that is printed on the card; without it the service chooses one. No other card may have it.',
    pattern: '^[0-9]{8,20}$',
    example: '1010999900001234',
  })
  @IsOptional()
  @Matches(/^[0-9]{8,20}$/, { message: 'must be 8 to 20 digits, as a string' })
  card_number?: string;
}
