import { createHash } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { Client } from 'pg';
import { Connection, type ConnectionConfig } from './connection';

/** The service has a few hundred statements; were there more, the rest would not be prepared. */
const MAX_PREPARED_STATEMENTS = 1_000;

const names = new Map<string, string>();

/**
 * A connection that sends what is asked in one turn of the event loop in one message, and on which the server parses a
 * statement once, and plans it as often as that pays (plan_cache_mode), not at each use. What it selects must be named
 * column by column: after a migration, `*` would be another result than the one that was prepared, which PostgreSQL
 * refuses.
 */
export class PreparingClient extends Connection {
  constructor(config?: ConnectionConfig) {
    // Pipelining, node-postgres also ends a connection whose statement was not answered in time; else all who have it from
    // the pool next would wait behind that statement for as long as TCP believes in it. One may still be given it in the
    // moment before it is closed, and is refused.
    super({ ...config, pipeline: true });
    const send = this.query.bind(this) as (...args: unknown[]) => unknown;
    this.query = ((statement: unknown, values: unknown, ...rest: unknown[]): unknown => {
      sendInOneMessage((this as unknown as { connection: { stream: Duplex } }).connection.stream);
      const name = typeof statement === 'string' && Array.isArray(values) ? nameOf(statement) : undefined;
      return name ? send({ name, text: statement, values }, ...rest) : send(statement, values, ...rest);
    }) as Client['query'];
  }
}

/** Sending a message costs more than most of the statements in it. */
function sendInOneMessage(stream: Duplex): void {
  stream.cork();
  process.nextTick(() => stream.uncork());
}

/**
 * Made of the text: behind a pooler that hands a server's connection from process to process without telling, no name may
 * stand for another's statement.
 */
function nameOf(statement: string): string | undefined {
  const known = names.get(statement);
  if (known || names.size >= MAX_PREPARED_STATEMENTS) return known;
  const name = createHash('sha256').update(statement).digest('base64url');
  names.set(statement, name);
  return name;
}
