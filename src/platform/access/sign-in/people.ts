import { createHmac, hkdfSync } from 'node:crypto';
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
    const hmac = createHmac('sha256', await this.keep());
    return `person:${hmac.update(subject).digest('hex').slice(0, 32)}`;
  }

  /**
   * Returns 256 bits for one purpose, which all processes over this database have, and nobody who does not read it.
   *
   * @throws DatabaseAwayError while PostgreSQL is silent.
   */
  async keyFor(purpose: string): Promise<Uint8Array> {
    return new Uint8Array(hkdfSync('sha256', await this.keep(), '', purpose, 32));
  }

  /** @throws DatabaseAwayError while PostgreSQL is silent. */
  findErasure(userId: number): ReturnType<typeof findErasure> {
    return this.heartbeat.during(() => findErasure(this.dataSource, userId));
  }

  /** The version of what was found of riders, or null if nobody knows. */
  version(): string | null {
    return this.watch.accessVersion();
  }

  private keep(): Promise<Buffer> {
    this.key ??= this.readKey().catch((error: unknown) => {
      this.key = null;
      throw error;
    });
    return this.key;
  }

  private async readKey(): Promise<Buffer> {
    const [row] = await this.heartbeat.during(() =>
      this.dataSource.query<{ key: Buffer }[]>('SELECT key FROM pseudonym_key'),
    );
    if (!row) throw new Error('the row of pseudonym_key is missing');
    return row.key;
  }
}
