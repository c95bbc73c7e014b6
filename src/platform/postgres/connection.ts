import { Client, type ClientConfig, type DatabaseError } from 'pg';
import { StartupError } from '../../common/program/startup-error';
import { type Session, type SessionSettings, setSession } from './session-settings';

export interface ConnectionConfig extends ClientConfig {
  /** Settings that differ from those of all other sessions, such as `{ statement_timeout: '5000' }`. */
  readonly session?: SessionSettings;
  /**
   * Whether a standby is refused, as a server that cannot be used now. A server becomes a standby only by a restart, so it
   * is enough to ask when the connection is made.
   */
  readonly requiresPrimary?: boolean;
  /** Ends the connection when it is aborted. */
  readonly signal?: AbortSignal;
}

/**
 * What the server says with its last words: 08 a lost connection or a message it does not understand, 57P01 to 57P05 a
 * shutdown or a session that was ended, 25P03 and 25P04 a transaction that was idle or took too long. Behind a pooler, 25006 shows
 * that the session goes on at a standby.
 */
const SESSION_ENDED = /^(08|57P0|25P0[34]|25006)/;

/** The server is a standby: it was demoted, or the way to the database leads to the wrong server. */
class StandbyError extends Error {
  /** What PostgreSQL says when it cannot be used now. */
  readonly code = '57P03';

  constructor() {
    super('the database server is a standby, which may be behind and takes no writes');
  }
}

/** The SQLSTATE of a warning that has no code of its own. */
const WARNING = '01000';

/** Another server has taken the place of this one, which still answers, and takes itself for the primary. */
class SupersededError extends Error {
  /** What PostgreSQL says when it cannot be used now. */
  readonly code = '57P03';

  constructor() {
    super(
      'the database server is an old primary: this process has seen a newer timeline at this address (restart it after a restore)',
    );
  }
}

/**
 * The newest timeline that was seen at each address. A server that is promoted begins a newer one, so one with an older timeline is an
 * old primary, to which a balancer may still lead for a moment.
 */
const newestTimelines = new Map<string, number>();

type Callback = (error: Error | null, connection?: Connection) => void;

/**
 * A connection to PostgreSQL, with the session's settings of this program.
 *
 * When the connection is lost, the statement that was interrupted fails, or else the next one. An `error` event without a
 * listener would end the process. A pool has a listener only while a connection is unused, so a connection that is lost just
 * after it was taken would have none.
 */
export class Connection extends Client {
  /** How many warnings the server has sent, such as that a COMMIT no longer waits for the standby. */
  warnings = 0;
  /** Of the server, where it is a primary; known once the connection is made. */
  incarnation: string | null = null;
  private pid: number | null = null;

  constructor(private readonly config: ConnectionConfig = {}) {
    super(config);
    this.on('error', () => undefined);
    this.on('notice', ({ code }) => {
      if (code === WARNING) this.warnings += 1;
    });
  }

  /** Resolves when the settings of the session are in force. */
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
   * Ends the session at the server, with its statement and its locks, and then the connection. If only the connection were
   * cut, the server would work on until it has something to send.
   */
  async terminate(): Promise<void> {
    try {
      if (this.pid !== null) await this.endSession(this.pid);
    } catch {
      // If that fails, the session ends when the server notices (client_connection_check_interval), or after its statement.
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
    // The connection ends a moment after these words. A pool must not give it to somebody else in that moment.
    this.connection.on('errorMessage', ({ code = '' }: DatabaseError) => {
      if (SESSION_ENDED.test(code)) void this.end();
    });
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
    this.incarnation = session?.incarnation ?? null;
    if (session?.isStandby && this.config.requiresPrimary) throw new StandbyError();
    if (this.incarnation !== null && this.config.requiresPrimary) this.refuseOldTimeline(this.incarnation);
    if (session?.replicationRole === 'origin') return;
    await super.query('SET session_replication_role = origin').catch(() => {
      throw new StartupError(
        `the role ${this.user} has session_replication_role = ${session?.replicationRole}, which switches triggers and foreign keys off, and may not change it: ALTER ROLE … RESET session_replication_role`,
      );
    });
  }

  private refuseOldTimeline(incarnation: string): void {
    const address = `${this.host}:${this.port}`;
    // Eight hexadecimal digits stand before the slash.
    const timeline = Number.parseInt(incarnation, 16);
    if (timeline < (newestTimelines.get(address) ?? 0)) throw new SupersededError();
    newestTimelines.set(address, timeline);
  }

  /** Uses another connection. If the process id belongs to another session by now, that session is not ended. */
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
