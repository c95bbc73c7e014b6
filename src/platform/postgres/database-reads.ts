import { CallHandler, CustomDecorator, ExecutionContext, Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { lastValueFrom } from 'rxjs';
import { Heartbeat } from './heartbeat';

const WITHOUT_DATABASE = Symbol('without database');

/** The reads of this controller do not need the database, so they are not refused while PostgreSQL is silent. */
export function WithoutDatabase(): CustomDecorator<symbol> {
  return SetMetadata(WITHOUT_DATABASE, true);
}

/** Refuses reads while PostgreSQL is silent, also those that have begun. */
@Injectable()
export class DatabaseReads {
  constructor(
    private readonly heartbeat: Heartbeat,
    private readonly reflector: Reflector,
  ) {}

  /**
   * Returns what the handler of a read returns.
   *
   * @throws DatabaseAwayError as soon as PostgreSQL is silent.
   */
  run(context: ExecutionContext, next: CallHandler): Promise<unknown> {
    const handle = (): Promise<unknown> => lastValueFrom(next.handle());
    const isWithout = this.reflector.get<true | undefined>(WITHOUT_DATABASE, context.getClass());
    return isWithout ? handle() : this.heartbeat.during(handle);
  }
}
