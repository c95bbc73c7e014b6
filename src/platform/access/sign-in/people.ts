import { createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { EpochWatch } from '../../cache/protocol/epoch-watch';
import { Heartbeat } from '../../postgres/heartbeat';
import { findErasure } from '../access-key-store';

/** What the database knows of people who sign in. */
@Injectable()
export class People {
  private key: Promise<Buffer> | null = null;

  constructor(
    private readonly dataSource: DataSource,
    private readonly watch: EpochWatch,
    private readonly heartbeat: Heartbeat,
  ) {}

  /**
   * Returns how a person is remembered: `person:` and the first 128 bits of the HMAC of the subject. A subject may be a document
   * number, which could be guessed from a plain digest.
   *
   * @throws DatabaseAwayError while PostgreSQL is silent.
   */
  async nameOf(subject: string): Promise<string> {
    this.key ??= this.readKey().catch((error: unknown) => {
      this.key = null;
      throw error;
    });
    return `person:${createHmac('sha256', await this.key)
      .update(subject)
      .digest('hex')
      .slice(0, 32)}`;
  }

  /** @throws DatabaseAwayError while PostgreSQL is silent. */
  findErasure(userId: number): ReturnType<typeof findErasure> {
    return this.heartbeat.during(() => findErasure(this.dataSource, userId));
  }

  /** The version of what was found of riders, or null if nobody knows. */
  version(): string | null {
    return this.watch.accessVersion();
  }

  private async readKey(): Promise<Buffer> {
    const [row] = await this.heartbeat.during(() =>
      this.dataSource.query<{ key: Buffer }[]>('SELECT key FROM pseudonym_key'),
    );
    if (!row) throw new Error('the row of pseudonym_key is missing');
    return row.key;
  }
}
