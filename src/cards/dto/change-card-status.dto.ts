import { OneOf } from '../../common/validation';
import { CARD_STATUSES, CardStatus } from './card-answers.dto';

export class ChangeCardStatus {
  @OneOf(CARD_STATUSES, { example: 'blocked' })
  status!: CardStatus;
}
