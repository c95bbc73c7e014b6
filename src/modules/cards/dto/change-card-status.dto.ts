import { OneOf } from '../../../common/http/validation';
import { CARD_STATUSES, CardStatus } from './card-answers.dto';

export class ChangeCardStatus {
  @OneOf(CARD_STATUSES, { example: 'blocked' })
  status!: CardStatus;
}
