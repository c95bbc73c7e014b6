import { createHash } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { Client } from 'pg';
import { Connection, type ConnectionConfig } from './connection';

/** The service has a few hundred statements. If there were more than this, the rest would not be prepared. */
const MAX_PREPARED_STATEMENTS = 1_000;

const names = new Map<string, string>();

/**
 * A connection that sends the statements of one turn of the event loop in one message. The server parses each statement only
 * once, and plans it again only if that is worth it (plan_cache_mode). Statements must name each column that they select: after
 * a migration, `*` would give another result than the prepared one, and PostgreSQL refuses that.
 */
export class PreparingClient extends Connection {
  constructor(config?: ConnectionConfig) {
    // With pipelining, node-postgres also closes a connection after a statement without a response in time. Otherwise the next
    // users of the connection would wait behind that statement until TCP gives up. One of them may still get the connection in
    // the moment before it is closed. Then its statement fails.
    super({ ...config, pipeline: true });
    const send = this.query.bind(this) as (...args: unknown[]) => unknown;
    this.query = ((statement: unknown, values: unknown, ...rest: unknown[]): unknown => {
      sendInOneMessage((this as unknown as { connection: { stream: Duplex } }).connection.stream);
      const name = typeof statement === 'string' && Array.isArray(values) ? nameOf(statement) : undefined;
      return name ? send({ name, text: statement, values }, ...rest) : send(statement, values, ...rest);
    }) as Client['query'];
  }
}

/** Collects what is written in one turn, because sending a message costs more than most of the statements in it. */
function sendInOneMessage(stream: Duplex): void {
  stream.cork();
  process.nextTick(() => stream.uncork());
}

/**
 * Makes the name of a prepared statement from its text. A pooler may give the same server connection to several processes, so a
 * name must mean the same statement in all of them.
 */
function nameOf(statement: string): string | undefined {
  const known = names.get(statement);
  if (known || names.size >= MAX_PREPARED_STATEMENTS) return known;
  const name = createHash('sha256').update(statement).digest('base64url');
  names.set(statement, name);
  return name;
}
