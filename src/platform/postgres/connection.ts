import { Client, type ClientConfig } from 'pg';
import { StartupError } from '../../common/program/startup-error';
import { type Session, type SessionSettings, setSession } from './session-settings';

export interface ConnectionConfig extends ClientConfig {
  /** What this session has otherwise than all others, such as `{ statement_timeout: '5000' }`. */
  readonly session?: SessionSettings;
  /** Breaks the connection off when it comes. */
  readonly signal?: AbortSignal;
}

type Callback = (error: Error | null, connection?: Connection) => void;

/**
 * A connection to PostgreSQL, with the session's settings of this program.
 *
 * Its loss is told by the statement that it interrupts, or by the next one: told to nobody, it would end the process. A
 * pool, too, listens only from when it has its connection back, too late for one that is lost in the moment in which it
 * was had.
 */
export class Connection extends Client {
  private pid: number | null = null;

  constructor(private readonly config: ConnectionConfig = {}) {
    super(config);
    this.on('error', () => undefined);
  }

  /** Resolves only when the settings of the session are in force. */
  override connect(): Promise<this>;
  override connect(callback: Callback): void;
  override connect(callback?: Callback): Promise<this> | void {
    const opened = this.open();
    if (!callback) return opened;
    opened.then(
      () => callback(null, this),
      (error: unknown) => callback(error as Error),
    );
  }

  /**
   * Ends the session at the server, with the statement that it is in and the locks that it holds, and then the
   * connection: the server of a connection that was only cut works on until it has something to say.
   */
  async terminate(): Promise<void> {
    try {
      if (this.pid !== null) await this.endSession(this.pid);
    } catch {
      // Then it ends when it notices (client_connection_check_interval), or with its statement.
    } finally {
      this.connection.stream.destroy();
    }
  }

  private async open(): Promise<this> {
    const { signal } = this.config;
    const onAbort = (): void => void this.terminate();
    signal?.throwIfAborted();
    signal?.addEventListener('abort', onAbort);
    this.once('end', () => signal?.removeEventListener('abort', onAbort));
    await super.connect();
    try {
      await this.applySettings();
      return this;
    } catch (error) {
      this.connection.stream.destroy();
      throw error;
    }
  }

  private async applySettings(): Promise<void> {
    const { rows } = await super.query<Session>(setSession(this.config.session ?? {}));
    const [session] = rows;
    this.pid = session?.pid ?? null;
    if (session?.replicationRole === 'origin') return;
    await super.query('SET session_replication_role = origin').catch(() => {
      throw new StartupError(
        `the role ${this.user} has session_replication_role = ${session?.replicationRole}, which switches triggers and foreign keys off, and may not change it: ALTER ROLE … RESET session_replication_role`,
      );
    });
  }

  /** Over another connection; a number that is another session's by now is left alone. */
  private async endSession(pid: number): Promise<void> {
    const { signal: _, ...config } = this.config;
    const other = new Connection({ ...config, connectionTimeoutMillis: 2_000, query_timeout: 2_000 });
    await other.connect();
    try {
      await other.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE pid = $1 AND usename = current_user AND datname = current_database()
           AND application_name = current_setting('application_name')`,
        [pid],
      );
    } finally {
      await other.end();
    }
  }
}
