import { OneOf } from '../../../common/http/validation';
import { CARD_STATUSES, CardStatus } from './card-answers.dto';

export class ChangeCardStatus {
  @OneOf(CARD_STATUSES, { example: 'blocked', description: 'The new status. A lost card stays lost.' })
  status!: CardStatus;
}
