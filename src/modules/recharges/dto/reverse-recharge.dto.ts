import { Personal } from '../../../common/personal.decorator';
import { LONGEST } from '../../../common/text/lengths';
import { Lines } from '../../../common/http/validation';

export class ReverseRecharge {
  @Lines(LONGEST.reason, {
    example: 'Paid twice at the counter',
    description: 'Why the recharge is taken back; it is kept with the reversal.',
  })
  @Personal()
  reason!: string;
}
