import { ApiProperty } from '@nestjs/swagger';
import { IsInt } from 'class-validator';
import { LONGEST } from '../../../common/text/lengths';
import { ExactText, Id } from '../../../common/http/validation';

/** A recharge to post. */
export class CreateRecharge {
  @Id({ example: 1 })
  card_id!: number;

  @ApiProperty({
    type: 'integer',
    format: 'int64',
    minimum: 1,
    description:
      'Whole units of the currency. Each channel has a least and a most amount, which a refusal names.',
    example: 20000,
  })
  @IsInt({ message: 'must be a whole number, within the limits of the channel' })
  amount!: number;

  @Id({
    optional: true,
    example: 1,
    description: 'Where it was paid; it decides the channel. Without it the channel is `default`.',
  })
  recharge_point_id?: number;

  @ExactText(LONGEST.transactionId, {
    optional: true,
    example: '5f0c7a52-5d34-4a0b-9c3e-2b6f1a7d9e10',
    description:
      "The caller's own number of this recharge, unique for ever: a second recharge with it gets the answer of the first. It is compared character by character, so blanks around it, invisible characters and Unicode that is not NFC are refused.",
  })
  transaction_id?: string;
}
