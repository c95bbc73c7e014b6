import { ApiProblems } from '../../common/http/api-problems.decorator';
import {
  BalanceLimitError,
  CardNotActiveError,
  TransactionIdReusedError,
} from '../../common/http/problem/card-errors';
import { NotFoundError } from '../../common/http/problem/not-found-error';

/** What a recharge may be refused with. */
export const ApiRechargeProblems = (): MethodDecorator =>
  ApiProblems(
    NotFoundError.of('card'),
    NotFoundError.of('recharge_point'),
    CardNotActiveError,
    BalanceLimitError,
    TransactionIdReusedError,
  );
