import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { EntityManager, Repository } from 'typeorm';
import { NotFoundError } from '../../common/http/problem/not-found-error';
import { User } from './user.entity';

@Injectable()
export class UsersRepository {
  constructor(@InjectRepository(User) private readonly users: Repository<User>) {}

  async create(manager: EntityManager, user: Omit<User, 'user_id'>): Promise<User> {
    return manager.getRepository(User).save({ ...user });
  }

  async findOrFail(userId: number): Promise<User> {
    const user = await this.users.findOneBy({ user_id: userId });
    if (!user) throw new NotFoundError('user', userId);
    return user;
  }

  async assertExists(userId: number, manager: EntityManager = this.users.manager): Promise<void> {
    const found = await manager.query<unknown[]>('SELECT FROM users WHERE user_id = $1', [userId]);
    if (found.length === 0) throw new NotFoundError('user', userId);
  }

  async count(): Promise<number> {
    return this.users.count();
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
      order: { registration_date: 'DESC', user_id: 'DESC' },
      take: 1,
    });
    return user;
  }
}
