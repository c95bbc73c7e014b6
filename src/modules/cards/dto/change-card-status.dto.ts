import { OneOf } from '../../../common/http/validation';
import { CARD_STATUSES, type CardStatus } from '../card-status';

export class ChangeCardStatus {
  @OneOf(CARD_STATUSES, { example: 'blocked', description: 'The new status. A lost card stays lost.' })
  status!: CardStatus;
}
