import { type CustomDecorator, RequestMethod, SetMetadata } from '@nestjs/common';
import { METHOD_METADATA } from '@nestjs/common/constants';
import type { Handler } from '../../common/http/request/handlers';

const WITHOUT_DATABASE = Symbol('without database');

/** The reads of this controller do not need the database, so they are not refused while PostgreSQL is silent. */
export function WithoutDatabase(): CustomDecorator<symbol> {
  return SetMetadata(WITHOUT_DATABASE, true);
}

/** Whether the method of a controller is a read that needs the database. */
export function readsDatabase({ controller, method }: Handler): boolean {
  const isRead = Reflect.getMetadata(METHOD_METADATA, method) === RequestMethod.GET;
  return isRead && !Reflect.hasMetadata(WITHOUT_DATABASE, controller);
}
