import pg, { DatabaseError, type FieldDef, Query, type QueryResult } from 'pg';
import { arrayLiteral } from './array-literal';

/** A column of a statement's rows. */
interface Column {
  readonly name: string;
  readonly parse: (text: string) => unknown;
}

/**
 * The columns of the statements that the server has described on one connection, by the names of the statements. Null: the
 * tables may have changed since, so it has to prepare the statement anew.
 */
export type DescribedStatements = Map<string, readonly Column[] | null>;

/** Among others, the SQLSTATE of a prepared statement whose columns are other ones by now, since a migration has changed a table. */
export const OUTDATED_STATEMENT = '0A000';

type Value = string | Buffer | null;

class SentStatement {
  /** Undefined until the server has described them. */
  columns: readonly Column[] | undefined = undefined;
  readonly rows: unknown[] = [];
  /** Why a row could not be read. */
  failure: unknown = undefined;
  command = '';
  rowCount: number | null = null;

  constructor(
    readonly name: string | undefined,
    readonly text: string,
    readonly values: readonly Value[],
    readonly resolve: (result: QueryResult) => void,
    readonly reject: (error: unknown) => void,
  ) {}
}

/** What a batch uses of the connection of node-postgres. */
interface Wire {
  readonly parsedStatements: Record<string, string | undefined>;
  readonly submittedNamedStatements: Record<string, string | undefined>;
  close(what: { readonly type: 'S'; readonly name: string }): void;
  parse(statement: { readonly name: string | undefined; readonly text: string }): void;
  bind(portal: { readonly statement: string | undefined; readonly values: readonly Value[] }): void;
  describe(what: { readonly type: 'P' }): void;
  execute(): void;
  sync(): void;
}

/** It turns a parameter into what is sent; the types of node-postgres do not list it. */
const { utils } = pg as unknown as { readonly utils: { prepareValue(value: unknown): Value } };

/** Who sends it in a batch limits its time (see UnansweredCommits). */
const COMMIT = 'COMMIT';
const LONGEST_TIMER_MS = 2 ** 31 - 1;
const BEGUN = /^BEGIN/;
const COMMAND = /^([A-Z]+)(?: (\d+))?(?: (\d+))?/;

/** A statement was not run, because one before it in its message was refused. */
class SkippedStatementError extends Error {
  /** What PostgreSQL says of a statement in a transaction that was aborted. */
  readonly code = '25P02';

  constructor() {
    super('current transaction is aborted: a statement before this one was refused');
  }
}

/**
 * Statements that are sent with one Sync behind the last of them, as libpq does in its pipeline mode. node-postgres sends one
 * behind each, and for each the server then sends its replies, and begins anew. If the server refuses a statement, it runs none
 * of those behind it. A statement that was prepared has the same columns, because PostgreSQL refuses it when they change; so they
 * are described only once. Then all statements of the connection are prepared anew, each when it comes again.
 */
export class StatementBatch extends Query {
  /** How long node-postgres waits for the replies, in milliseconds, if not as long as it usually does. */
  query_timeout?: number;
  private readonly statements: SentStatement[] = [];
  /** How many statements have been run. */
  private done = 0;
  private hasBegun = false;
  private isBroken = false;

  /** @param isInTransaction whether a transaction was open before this batch. */
  constructor(
    private readonly described: DescribedStatements,
    private readonly parserOf: (type: number) => Column['parse'],
    private readonly isInTransaction: () => boolean,
  ) {
    super('');
  }

  /** @param name that the statement is prepared under; undefined if it is not kept. */
  add(text: string, name: string | undefined, values: readonly unknown[]): Promise<QueryResult> {
    if (text === COMMIT) this.query_timeout = LONGEST_TIMER_MS;
    return new Promise((resolve, reject) => {
      // A statement that cannot be sent is as good as refused.
      if (this.isBroken) return reject(new SkippedStatementError());
      try {
        this.statements.push(new SentStatement(name, text, values.map(toValue), resolve, reject));
      } catch (error) {
        this.isBroken = true;
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
  }

  get isEmpty(): boolean {
    return this.statements.length === 0;
  }

  override submit = (connection: unknown): void => {
    const wire = connection as Wire;
    for (const statement of this.statements) {
      const { name, text, values } = statement;
      if (name !== undefined && this.described.get(name) === null) {
        wire.close({ type: 'S', name });
        this.described.delete(name);
      }
      if (name === undefined || !(wire.parsedStatements[name] ?? wire.submittedNamedStatements[name])) {
        wire.parse({ name, text });
        if (name !== undefined) wire.submittedNamedStatements[name] = text;
      }
      wire.bind({ statement: name, values });
      if (name !== undefined) statement.columns = this.described.get(name) ?? undefined;
      if (!statement.columns) wire.describe({ type: 'P' });
      wire.execute();
    }
    wire.sync();
    this.nameCurrent();
  };

  handleRowDescription({ fields }: { readonly fields: readonly FieldDef[] }): void {
    this.describeCurrent(fields.map(({ name, dataTypeID }) => ({ name, parse: this.parserOf(dataTypeID) })));
  }

  handleDataRow({ fields: texts }: { readonly fields: readonly (string | null)[] }): void {
    const { statements, done } = this;
    const statement = statements[done];
    if (!statement?.columns || statement.failure !== undefined) return;
    try {
      const row: Record<string, unknown> = {};
      statement.columns.forEach(({ name, parse }, index) => {
        const text = texts[index] ?? null;
        row[name] = text === null ? null : parse(text);
      });
      statement.rows.push(row);
    } catch (error) {
      statement.failure = error;
    }
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    const statement = this.statements[this.done];
    if (!statement) return;
    const [, command = '', first, second] = COMMAND.exec(text) ?? [];
    const count = second ?? first;
    statement.command = command;
    statement.rowCount = count === undefined ? null : Number(count);
    if (BEGUN.test(text)) this.hasBegun = true;
    this.goOn();
  }

  handleEmptyQuery(): void {
    this.goOn();
  }

  /** Outside a transaction, the statements are committed only now. */
  handleReadyForQuery(): void {
    this.statements.forEach(settle);
    this.end(null);
  }

  handleError(error: unknown, connection: unknown): void {
    const { submittedNamedStatements, parsedStatements } = connection as Wire;
    const isRefusal = error instanceof DatabaseError;
    if (isRefusal && error.code === OUTDATED_STATEMENT)
      for (const name of this.described.keys()) {
        this.described.set(name, null);
        parsedStatements[name] = undefined;
      }
    const areDone = this.hasBegun || this.isInTransaction();
    this.statements.forEach((statement, index) => {
      if (index < this.done && areDone) return settle(statement);
      // The server has not parsed the statements that it skipped.
      if (index > this.done && statement.name !== undefined)
        submittedNamedStatements[statement.name] = undefined;
      return statement.reject(index > this.done && isRefusal ? new SkippedStatementError() : error);
    });
    this.end(error);
  }

  private goOn(): void {
    if (!this.statements[this.done]?.columns) this.describeCurrent([]);
    this.done += 1;
    this.nameCurrent();
  }

  private describeCurrent(columns: readonly Column[]): void {
    const statement = this.statements[this.done];
    if (!statement) return;
    statement.columns = columns;
    if (statement.name !== undefined) this.described.set(statement.name, columns);
  }

  /** By these members node-postgres notes which statements the server has prepared. */
  private nameCurrent(): void {
    const statement = this.statements[this.done];
    const query = this as { name?: string; text?: string };
    query.name = statement?.name;
    query.text = statement?.text;
  }

  /** Stops the clock of `query_timeout`. */
  private end(error: unknown): void {
    (this as unknown as { callback?: (error: unknown) => void }).callback?.(error);
  }
}

function settle({ failure, reject, resolve, command, rowCount, rows }: SentStatement): void {
  if (failure !== undefined) reject(failure);
  else resolve({ command, rowCount, rows, fields: [], oid: 0 });
}

function toValue(value: unknown): Value {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return arrayLiteral(value);
  return utils.prepareValue(value);
}
