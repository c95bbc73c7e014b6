import { ExactText, Id, Lines, OneOf } from '../../../common/http/validation';
import { Personal } from '../../../common/personal.decorator';
import { LONGEST } from '../../../common/text/lengths';
import { ApiProperty } from '@nestjs/swagger';
import { IsInt } from 'class-validator';

/** Where the money of a recharge goes: onto the card at once, or when a validator loads it. */
export const ACTIVATIONS = ['card', 'validator'] as const;
export type Activation = (typeof ACTIVATIONS)[number];

/** Money that a rider pays onto a card. */
export class CreateRecharge {
  @Id({ example: 1, description: 'The card that gets the money.' })
  card_id!: number;

  @ApiProperty({
    type: 'integer',
    format: 'int64',
    minimum: 1,
    description:
      'The amount, in whole units of the currency. Each channel has a smallest and a largest amount; a refusal names them.',
    example: 20000,
  })
  @IsInt({ message: 'must be a whole number, within the limits of the channel' })
  amount!: number;

  @Id({
    optional: true,
    example: 1,
    description:
      'The recharge point where it was paid. It decides the channel. If it is left out, it is the one to which the key of the caller is bound; otherwise the channel is `default`.',
  })
  recharge_point_id?: number;

  @OneOf(ACTIVATIONS, {
    optional: true,
    example: 'card',
    description:
      'Where the money goes: onto the card at once (`card`, the default), or, for cards that keep their balance in a chip, when a validator loads it at the next use (`validator`). Until then it waits beside the balance.',
  })
  activation?: Activation;

  @ExactText(LONGEST.transactionId, {
    optional: true,
    example: '5f0c7a52-5d34-4a0b-9c3e-2b6f1a7d9e10',
    description:
      "The caller's own number of this recharge. It is unique for ever among those of its client: a second request with the same number gets the response of the first and posts nothing. It is compared character by character, so blanks around it, invisible characters and Unicode that is not NFC are refused.",
  })
  transaction_id?: string;
}

export class ReverseRecharge {
  @Lines(LONGEST.reason, {
    example: 'Paid twice at the counter',
    description: 'Why the recharge is taken back; it is kept with the reversal.',
  })
  @Personal()
  reason!: string;
}
