import type { PoolClient } from 'pg';
import { type AfterQueryEvent, type EntitySubscriberInterface, EventSubscriber } from 'typeorm';
import { isUnanswered } from '../common/problem/database-errors';
import { cut } from './cut';

/**
 * Cuts a connection whose statement was not answered in time. node-postgres keeps it, and whoever has it from the pool
 * next waits behind that statement: over a network that lost the connection, for as long as TCP believes in it.
 */
@EventSubscriber()
export class UnansweredStatements implements EntitySubscriberInterface {
  afterQuery({ success, error, queryRunner }: AfterQueryEvent): Promise<void> | void {
    if (success || !isUnanswered(error)) return;
    return queryRunner.connect().then((client: PoolClient) => cut(client));
  }
}
