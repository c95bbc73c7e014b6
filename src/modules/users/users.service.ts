import { Injectable } from '@nestjs/common';
import { evictions } from '../../platform/cache/evictions';
import { Clock } from '../../common/time/clock';
import { decodeCursor, paginate } from '../../common/http/pagination';
import { InvalidValueError } from '../../common/http/problem/request-errors';
import { ServiceCalendar } from '../../common/time/service-calendar';
import type { WriteRequest } from '../../platform/writes/write-request';
import { Writes } from '../../platform/writes/writes';
import { CreateUser } from './dto/user-requests.dto';
import { UsersQuery } from './dto/user-queries.dto';
import { ActiveUserCount, LatestUser, UserPage, UserResponse, UserCount } from './dto/user-responses.dto';
import { User } from './user.entity';
import { UsersRepository } from './users.repository';

/** Registers riders, finds them and counts them. */
@Injectable()
export class UsersService {
  constructor(
    private readonly users: UsersRepository,
    private readonly writes: Writes,
    private readonly clock: Clock,
    private readonly calendar: ServiceCalendar,
  ) {}

  async create(user: CreateUser, request: WriteRequest): Promise<UserResponse> {
    const today = this.calendar.dayOf(this.clock.now());
    if (user.date_of_birth && user.date_of_birth > today) {
      throw new InvalidValueError('A date of birth cannot be in the future.', [
        { pointer: '/date_of_birth', detail: 'must not be in the future' },
      ]);
    }
    return this.writes.run({ evicts: evictions.userCreated, request }, async (manager) => {
      const created = await this.users.create(manager, {
        first_name: user.first_name,
        last_name: user.last_name,
        email: user.email ?? null,
        id_number: user.id_number ?? null,
        contact_number: user.contact_number ?? null,
        gender: user.gender ?? null,
        date_of_birth: user.date_of_birth ?? null,
        residential_address: user.residential_address ?? null,
        city_of_birth: user.city_of_birth ?? null,
        rider_category: user.rider_category ?? 'standard',
        registration_date: today,
        erased_at: null,
      });
      const { user_id, erased_at: _, ...changes } = created;
      return {
        response: toUserResponse(created),
        touches: created,
        audit: { object: { kind: 'user', id: user_id }, changes },
      };
    });
  }

  async list({ limit, cursor, ...filter }: UsersQuery): Promise<UserPage> {
    const found = await this.users.find(filter, decodeCursor(cursor), limit + 1);
    const { rows, next_cursor } = paginate(found, limit, (user) => user.user_id);
    return { users: rows, next_cursor };
  }

  async get(userId: number): Promise<UserResponse> {
    return toUserResponse(await this.users.findOrFail(userId));
  }

  async count(): Promise<UserCount> {
    return { total_users: await this.users.count() };
  }

  async countActive(): Promise<ActiveUserCount> {
    return { active_users_count: await this.users.countActive() };
  }

  async latest(): Promise<LatestUser | null> {
    const user = await this.users.findLatest();
    if (!user) return null;
    return { latest_user: { user_id: user.user_id, full_name: `${user.first_name} ${user.last_name}` } };
  }
}

export function toUserResponse({ user_id, ...user }: User): UserResponse {
  return { user_id, ...user };
}
