import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { DataSource, type QueryRunner } from 'typeorm';
import type { PoolClient } from 'pg';
import { toJson } from '../../common/http/json';
import { DatabaseBusyError } from '../../common/http/problem/service-errors';
import { Clock } from '../../common/time/clock';
import { cut } from '../../platform/postgres/cut';
import { toUserResponse } from '../users/users.service';
import { UsersRepository } from '../users/users.repository';
import { ExportRepository, LIST_NAMES } from './export.repository';
import { streamOf } from './stream-of';

/** Each has a connection of the pool and a snapshot as long as its caller takes. */
const MOST_AT_ONCE = 2;

/** Hands over everything that is held on a rider. */
@Injectable()
export class ExportService {
  private running = 0;

  constructor(
    private readonly exports: ExportRepository,
    private readonly users: UsersRepository,
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
  ) {}

  /**
   * The text of one JSON object, of one snapshot.
   *
   * @throws NotFoundError, DatabaseBusyError
   */
  async open(userId: number): Promise<Readable> {
    if (this.running >= MOST_AT_ONCE) throw new DatabaseBusyError();
    this.running += 1;
    const chunks = this.inSnapshot((runner) => this.write(runner, userId));
    // The rider is found, or not, before anything is answered.
    const first = await chunks.next();
    return streamOf(first, chunks);
  }

  private async *write(runner: QueryRunner, userId: number): AsyncGenerator<string> {
    const user = toUserResponse(await this.users.findOrFail(userId, runner.manager));
    yield `{"exported_at":${toJson(this.clock.now())},"user":${toJson(user)}`;
    for (const name of LIST_NAMES) {
      yield `,"${name}":[`;
      let isFirst = true;
      for await (const rows of this.exports.read(runner, name, userId)) {
        yield `${isFirst ? '' : ','}${rows.map(toJson).join(',')}`;
        isFirst = false;
      }
      yield ']';
    }
    yield '}';
  }

  /** However it ends, also when its caller is gone, the connection goes back to the pool without the transaction. */
  private async *inSnapshot(write: (runner: QueryRunner) => AsyncGenerator<string>): AsyncGenerator<string> {
    // eslint-disable-next-line no-restricted-syntax -- it only reads, in a snapshot of its own
    const runner = this.dataSource.createQueryRunner();
    try {
      const client = (await runner.connect()) as PoolClient;
      try {
        await runner.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
        yield* write(runner);
      } finally {
        await runner.query('ROLLBACK').catch(() => cut(client));
      }
    } finally {
      this.running -= 1;
      await runner.release();
    }
  }
}
