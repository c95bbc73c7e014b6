import { ApiProblems } from '../../common/http/api-problems.decorator';

/** What a recharge may be refused with. */
export const ApiRechargeProblems = (): MethodDecorator =>
  ApiProblems({
    400: 'malformed_request, malformed_header',
    404: 'card_not_found, recharge_point_not_found',
    409: 'card_not_active, balance_limit, request_in_progress',
    422: 'invalid_value, idempotency_key_reused, transaction_id_reused',
  });
