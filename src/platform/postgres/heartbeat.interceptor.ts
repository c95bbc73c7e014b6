import {
  CallHandler,
  CustomDecorator,
  ExecutionContext,
  Injectable,
  NestInterceptor,
  SetMetadata,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { from, lastValueFrom, Observable } from 'rxjs';
import { Heartbeat } from './heartbeat';

const WITHOUT_DATABASE = Symbol('without database');

/** The reads of this controller do not need the database, so they are not refused while PostgreSQL is silent. */
export function WithoutDatabase(): CustomDecorator<symbol> {
  return SetMetadata(WITHOUT_DATABASE, true);
}

/** Refuses reads while PostgreSQL is silent, also those that have begun. It never cancels a write, which may be committed. */
@Injectable()
export class HeartbeatInterceptor implements NestInterceptor {
  constructor(
    private readonly heartbeat: Heartbeat,
    private readonly reflector: Reflector,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { method } = context.switchToHttp().getRequest<FastifyRequest>();
    const isRead = method === 'GET' || method === 'HEAD';
    if (!isRead || this.reflector.get(WITHOUT_DATABASE, context.getClass())) return next.handle();
    return from(this.heartbeat.during(() => lastValueFrom(next.handle())));
  }
}
