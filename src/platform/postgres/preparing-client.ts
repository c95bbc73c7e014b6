import { createHash } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { Client, QueryResult } from 'pg';
import { Connection, type ConnectionConfig } from './connection';
import { type DescribedStatements, StatementBatch } from './statement-batch';

/** The service has a few hundred statements. If there were more than this, the rest would not be prepared. */
const MAX_PREPARED_STATEMENTS = 1_000;

const names = new Map<string, string>();

/** What is used of the client of node-postgres, in types that are not bound to its list of types. */
interface Internals {
  readonly connection: { readonly stream: Duplex };
  /** As the server said it last: T is a transaction, E one that was aborted. */
  getTransactionStatus(): string | null;
  getTypeParser(type: number, format: 'text'): (text: string) => unknown;
}

/**
 * A connection that sends the statements of one turn of the event loop in one message. The server parses each statement only
 * once, and plans it again only if that is worth it (plan_cache_mode). Statements must name each column that they select: after
 * a migration, `*` would give another result than the prepared one, and PostgreSQL refuses that.
 */
export class PreparingClient extends Connection {
  private readonly described: DescribedStatements = new Map();
  private batch: StatementBatch | null = null;
  private readonly send: (...args: unknown[]) => unknown;

  constructor(config?: ConnectionConfig) {
    // With pipelining, node-postgres also closes a connection after a statement without a response in time. Otherwise the next
    // users of the connection would wait behind that statement until TCP gives up. One of them may still get the connection in
    // the moment before it is closed. Then its statement fails.
    super({ ...config, pipeline: true });
    this.send = this.query.bind(this);
    this.query = ((statement: unknown, values: unknown, ...rest: unknown[]): unknown => {
      if (typeof statement === 'string' && Array.isArray(values) && rest.length === 0)
        return this.prepare(statement, values);
      this.sendBatch();
      this.holdMessage();
      return this.send(statement, values, ...rest);
    }) as Client['query'];
  }

  private prepare(statement: string, values: readonly unknown[]): Promise<QueryResult> {
    if (!this.batch) {
      this.batch = new StatementBatch(
        this.described,
        (type) => this.internals.getTypeParser(type, 'text'),
        () => ['T', 'E'].includes(this.internals.getTransactionStatus() ?? ''),
      );
      this.holdMessage();
    }
    return this.batch.add(statement, nameOf(statement), values);
  }

  /** Collects what is written in one turn, because sending a message costs more than most of the statements in it. */
  private holdMessage(): void {
    const { stream } = this.internals.connection;
    stream.cork();
    process.nextTick(() => {
      this.sendBatch();
      stream.uncork();
    });
  }

  private sendBatch(): void {
    const { batch } = this;
    this.batch = null;
    if (batch && !batch.isEmpty) this.send(batch);
  }

  private get internals(): Internals {
    return this;
  }
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
