import { type BeforeApplicationShutdown, Logger } from '@nestjs/common';
import type { PoolClient } from 'pg';
import { CommitsUnansweredError } from '../../common/http/problem/service-errors';
import { cut } from './cut';

/** The time between two questions about the same COMMIT. */
const ASK_INTERVAL_MS = 1_000;
/** When a COMMIT is over, its reply may be on its way for so long. */
const REPLY_LIMIT_MS = 500;

/** A COMMIT that PostgreSQL has not answered in time. */
export interface UnansweredCommit {
  readonly client: PoolClient;
  /** Resolves when it was answered, or the connection has ended. */
  readonly over: Promise<void>;
  /** Whether the server still works on it, as another connection says. */
  readonly isInProgress: () => Promise<boolean>;
}

/**
 * The commits that PostgreSQL has not answered in time. While its only synchronous standby is away, every COMMIT waits: the
 * transaction is on the disk of the primary, and invisible. To cancel the wait, or to end the session, would make it visible and
 * would not replicate it, so that a failover could take back what others have read. So it is left alone: its caller is told that
 * the outcome is unknown, and its connection stays with it until the server answers. The server then has no more sessions
 * than the pool has connections.
 */
export class UnansweredCommits implements BeforeApplicationShutdown {
  private readonly logger = new Logger(UnansweredCommits.name);
  private readonly commits = new Set<UnansweredCommit>();
  private isStopping = false;

  /** @param limit from how many unanswered commits on writes are refused. */
  constructor(readonly limit: number) {}

  /** How many there are now. */
  get count(): number {
    return this.commits.size;
  }

  /** Whether there are so many that writes are refused at once. */
  get refusesWrites(): boolean {
    return this.count >= this.limit;
  }

  /** @throws CommitsUnansweredError while writes are refused. */
  requireFew(): void {
    if (this.refusesWrites) throw new CommitsUnansweredError();
  }

  /** Counts a commit until it is over. */
  add(commit: UnansweredCommit): void {
    if (this.isStopping) return cut(commit.client);
    this.commits.add(commit);
    if (this.count === this.limit)
      this.logger.error(
        `${this.count} commits are not answered: writes are refused. Is a synchronous standby away?`,
      );
    void this.watch(commit);
    void commit.over.then(() => this.remove(commit));
  }

  /** Their connections would keep the pool from closing. */
  beforeApplicationShutdown(): void {
    this.isStopping = true;
    this.commits.forEach(({ client }) => cut(client));
  }

  private remove(commit: UnansweredCommit): void {
    this.commits.delete(commit);
    if (this.count === this.limit - 1) this.logger.log('commits are answered: writes are taken again');
  }

  /** Cuts the connection if the server has nothing more to say over it: the reply was lost, or another server is in use. */
  private async watch(commit: UnansweredCommit): Promise<void> {
    while (this.commits.has(commit)) {
      await pause(ASK_INTERVAL_MS);
      if (!this.commits.has(commit) || (await commit.isInProgress().catch(() => true))) continue;
      await pause(REPLY_LIMIT_MS);
      if (this.commits.has(commit)) cut(commit.client);
    }
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
}
