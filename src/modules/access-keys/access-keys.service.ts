import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { decodeCursor, type PageQuery, paginate } from '../../common/http/pagination';
import { violatedConstraint } from '../../common/http/problem/database-errors';
import { KeyNotInForceError } from '../../common/http/problem/access-errors';
import { NotFoundError, type Resource } from '../../common/http/problem/not-found-error';
import { InvalidValueError } from '../../common/http/problem/request-errors';
import { Clock } from '../../common/time/clock';
import { newAccessKey } from '../../platform/access/access-key';
import {
  type AccessKeyRecord,
  changeRole,
  findAccessKey,
  insertAccessKey,
  listAccessKeys,
  revokeAccessKey,
  rollAccessKey,
} from '../../platform/access/access-key-store';
import type { Caller } from '../../platform/access/caller';
import { heardEverywhere } from '../../platform/access/heard-everywhere';
import { bindingFault, composeKey, successorExpiry, toColumns } from '../../platform/access/key-request';
import type { Eviction } from '../../platform/cache/evictions';
import { AppConfig } from '../../platform/config/app-config';
import { Writes } from '../../platform/writes/writes';
import type { AccessKeyResponse, AccessKeyPage, NewAccessKeyResponse } from './dto/access-keys.dto';
import type { CreateAccessKey, KeyRole, RollAccessKey } from './dto/access-key-requests.dto';

/** No answer about keys is cached. */
const NOTHING: Eviction<null> = { templates: [], keysFor: () => [] };

const BOUND_THINGS: Readonly<Record<string, readonly [keyof KeyRole, Resource]>> = {
  access_keys_user_id_fkey: ['user_id', 'user'],
  access_keys_recharge_point_id_fkey: ['recharge_point_id', 'recharge_point'],
  access_keys_vehicle_id_fkey: ['vehicle_id', 'vehicle'],
  access_keys_station_id_fkey: ['station_id', 'station'],
};

/** The keys of those who may call. What takes leave away is answered when it is taken in every process. */
@Injectable()
export class AccessKeysService {
  constructor(
    private readonly writes: Writes,
    private readonly dataSource: DataSource,
    private readonly config: AppConfig,
    private readonly clock: Clock,
  ) {}

  async create(asked: CreateAccessKey, caller: Caller): Promise<NewAccessKeyResponse> {
    this.requireBinding(asked);
    const most = this.config.get('KEY_MOST_DAYS');
    const days = asked.expires_in_days ?? most;
    if (days > most) throw invalid('expires_in_days', `must be at most ${most}`);
    const { text, record } = composeKey(
      {
        client: asked.client,
        name: asked.name,
        role: asked.role,
        binding: bindingIn(asked),
        networks: asked.networks ?? [],
        requestsPerMinute: asked.requests_per_minute ?? null,
        days,
        createdBy: caller.keyId ?? '',
      },
      this.clock.now(),
    );
    const made = await this.write((manager) => insertAccessKey(manager, record)).catch(explain(asked));
    return { ...toResponse(made), key: text };
  }

  async list({ limit, cursor }: PageQuery): Promise<AccessKeyPage> {
    const found = await listAccessKeys(this.dataSource, limit + 1, decodeCursor(cursor));
    const { rows, next_cursor } = paginate(found, limit, ({ position }) => position);
    return { keys: rows.map(toResponse), next_cursor };
  }

  /** The successor is as the old key is, and may be used as long as that from its making. */
  async roll(
    keyId: string,
    { overlap_seconds }: RollAccessKey,
    caller: Caller,
  ): Promise<NewAccessKeyResponse> {
    const overlap = overlap_seconds ?? 0;
    const { text, id, digest } = newAccessKey();
    const made = await this.write(async (manager) => {
      const old = await findAccessKey(manager, keyId);
      if (!old) throw new NotFoundError('access_key', keyId);
      const expires_at = successorExpiry(old, this.config.get('KEY_MOST_DAYS'), this.clock.now());
      const successor = { key_id: id, digest, created_by: caller.keyId ?? '', expires_at };
      return (await rollAccessKey(manager, keyId, successor, overlap)) ?? refuseUnlessInForce(keyId);
    });
    if (overlap === 0) await heardEverywhere();
    return { ...toResponse(made), key: text };
  }

  async changeRole(keyId: string, asked: KeyRole): Promise<AccessKeyResponse> {
    this.requireBinding(asked);
    const columns = toColumns(bindingIn(asked));
    const changed = await this.write(async (manager) => {
      if (!(await findAccessKey(manager, keyId))) throw new NotFoundError('access_key', keyId);
      return (
        (await changeRole(manager, keyId, { role: asked.role, ...columns })) ?? refuseUnlessInForce(keyId)
      );
    }).catch(explain(asked));
    await heardEverywhere();
    return toResponse(changed);
  }

  /** The answer is the promise: no request that begins after it is accepted with this key by any process. */
  async revoke(keyId: string): Promise<AccessKeyResponse> {
    const revoked = await this.write(async (manager) => {
      const key = await revokeAccessKey(manager, keyId);
      if (!key) throw new NotFoundError('access_key', keyId);
      return key;
    });
    // Also when it was revoked before: whoever did it may still be waiting.
    await heardEverywhere();
    return toResponse(revoked);
  }

  private write<Result>(work: (manager: EntityManager) => Promise<Result>): Promise<Result> {
    return this.writes.run({ evicts: NOTHING }, async (manager) => ({
      response: await work(manager),
      touches: null,
    }));
  }

  private requireBinding(asked: KeyRole): void {
    const fault = bindingFault(asked.role, bindingIn(asked));
    if (fault) throw invalid(fault.name, fault.detail);
    if (asked.role === 'simulator' && !this.config.simulationAllowed)
      throw invalid('role', 'may be simulator only in a service with SIMULATION=on');
  }
}

function bindingIn({ user_id, recharge_point_id, vehicle_id, station_id }: KeyRole): Caller['binding'] {
  const given = { user_id, recharge_point_id, vehicle_id, station_id };
  // Null says the same as leaving it out.
  return Object.fromEntries(Object.entries(given).filter(([, id]) => Number.isSafeInteger(id)));
}

function refuseUnlessInForce(keyId: string): never {
  throw new KeyNotInForceError(keyId);
}

function invalid(member: string, detail: string): InvalidValueError {
  return new InvalidValueError('The request is not acceptable.', [{ pointer: `/${member}`, detail }]);
}

/** What a key is bound to has to exist. */
function explain(asked: KeyRole): (error: unknown) => never {
  return (error) => {
    const [member, resource] = BOUND_THINGS[violatedConstraint(error) ?? ''] ?? [];
    if (!member || !resource) throw error;
    throw new NotFoundError(resource, asked[member]);
  };
}

function toResponse({ position: _, ...key }: AccessKeyRecord): AccessKeyResponse {
  return key;
}
