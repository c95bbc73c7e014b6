import { Text } from '../../common/validation';

export class ReverseRecharge {
  @Text(200, { example: 'Paid twice at the counter' })
  reason!: string;
}
