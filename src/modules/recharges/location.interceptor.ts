import { CallHandler, ExecutionContext, Injectable, NestInterceptor } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Observable, tap } from 'rxjs';
import { RechargeResponse } from './dto/recharge-responses.dto';

/** Sets the header `Location`, which says where the new recharge can be read. */
@Injectable()
export class LocationInterceptor implements NestInterceptor<RechargeResponse> {
  intercept(context: ExecutionContext, next: CallHandler<RechargeResponse>): Observable<RechargeResponse> {
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return next
      .handle()
      .pipe(tap(({ recharge_id }) => void reply.header('location', `/recharges/${recharge_id}`)));
  }
}
