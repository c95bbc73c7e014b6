import { Id, OneOf } from '../../../common/http/validation';
import { Personal } from '../../../common/personal.decorator';
import { CARD_STATUSES, type CardStatus, STATUS_REASONS, type StatusReason } from '../card-status';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, Matches } from 'class-validator';

/** A card to issue. With a user it is personalised, without one it is basic. */
export class CreateCard {
  @Id({
    optional: true,
    example: 1,
    description: 'The rider who gets the card. Without it the card is basic.',
  })
  user_id?: number;

  @ApiPropertyOptional({
    description:
      'The number that is printed on the card. No other card may have it. If it is left out, the service chooses one.',
    pattern: '^[0-9]{8,20}$',
    example: '1010999900001234',
  })
  @IsOptional()
  @Matches(/^[0-9]{8,20}$/, { message: 'must be 8 to 20 digits, as a string' })
  @Personal()
  card_number?: string;
}

export class ChangeCardStatus {
  @OneOf(CARD_STATUSES, { example: 'blocked', description: 'The new status. A lost card stays lost.' })
  status!: CardStatus;

  @OneOf(STATUS_REASONS, {
    optional: true,
    example: 'suspected_fraud',
    description: 'Why. It is the `reason` of the entry in the audit trail.',
  })
  reason?: StatusReason;
}
