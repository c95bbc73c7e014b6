import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { EntityManager, IsNull, Repository } from 'typeorm';
import { RiderErasedError } from '../../common/http/problem/card-errors';
import { NotFoundError } from '../../common/http/problem/not-found-error';
import { Conditions } from '../../platform/postgres/conditions';
import { hasWords } from '../../common/search/name-search';
import type { ListedUser } from './dto/user-responses.dto';
import type { UsersQuery } from './dto/user-queries.dto';
import { ERASED } from './personal-columns';
import { User } from './user.entity';

/** As the index has it. It is null if the rider was erased. */
const FULL_NAME = `first_name || ' ' || last_name`;
const LISTED = 'user_id, first_name, last_name, id_number, registration_date, erased_at';

@Injectable()
export class UsersRepository {
  constructor(@InjectRepository(User) private readonly users: Repository<User>) {}

  async create(manager: EntityManager, user: Omit<User, 'user_id'>): Promise<User> {
    return manager.getRepository(User).save({ ...user });
  }

  /** Finds riders before an id, newest first. Null begins with the newest. */
  async find(
    { name, id_number }: Pick<UsersQuery, 'name' | 'id_number'>,
    before: number | null,
    limit: number,
  ): Promise<ListedUser[]> {
    const where = new Conditions([before ?? Number.MAX_SAFE_INTEGER, limit], ['user_id < $1'])
      .require('id_number = ?', id_number)
      .require(hasWords(FULL_NAME, '?'), name);
    // OFFSET 0 keeps PostgreSQL from looking through all riders in the order of their ids for a name that few have.
    const found = `SELECT ${LISTED} FROM users WHERE ${where.text}${name === undefined ? '' : ' OFFSET 0'}`;
    return this.users.query<ListedUser[]>(
      `SELECT ${LISTED} FROM (${found}) found ORDER BY user_id DESC LIMIT $2`,
      where.values,
    );
  }

  async findOrFail(userId: number, manager: EntityManager = this.users.manager): Promise<User> {
    const user = await manager.findOneBy(User, { user_id: userId });
    if (!user) throw new NotFoundError('user', userId);
    return user;
  }

  async assertExists(userId: number, manager: EntityManager = this.users.manager): Promise<void> {
    const found = await manager.query<unknown[]>('SELECT FROM users WHERE user_id = $1', [userId]);
    if (found.length === 0) throw new NotFoundError('user', userId);
  }

  /**
   * Reads the rider and locks it until the transaction ends. Whoever issues a card or a key for the rider waits.
   */
  async lockOrFail(manager: EntityManager, userId: number): Promise<User> {
    const user = await manager.findOne(User, {
      where: { user_id: userId },
      lock: { mode: 'pessimistic_write' },
    });
    if (!user) throw new NotFoundError('user', userId);
    return user;
  }

  /** @throws RiderErasedError */
  async assertNotErased(manager: EntityManager, userId: number): Promise<void> {
    if (await manager.existsBy(User, { user_id: userId, erased_at: IsNull() })) return;
    throw new RiderErasedError(userId);
  }

  /** Overwrites everything that says something about the person. */
  async erase(manager: EntityManager, userId: number, at: Date): Promise<void> {
    await manager.update(User, { user_id: userId }, { ...ERASED, erased_at: at });
  }

  /** Counts the users who were not erased. */
  async count(): Promise<number> {
    return this.users.countBy({ erased_at: IsNull() });
  }

  /** Counts the users with at least one active card. */
  async countActive(): Promise<number> {
    const [row] = await this.users.query<{ count: number }[]>(
      `SELECT count(DISTINCT user_id) AS count FROM cards WHERE status = 'active' AND user_id IS NOT NULL`,
    );
    return row?.count ?? 0;
  }

  async findLatest(): Promise<User | null> {
    const [user = null] = await this.users.find({
      where: { erased_at: IsNull() },
      order: { registration_date: 'DESC', user_id: 'DESC' },
      take: 1,
    });
    return user;
  }
}
