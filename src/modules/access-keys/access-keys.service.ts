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
  lockRiders,
  revokeAccessKey,
  rollAccessKey,
} from '../../platform/access/access-key-store';
import type { Caller } from '../../platform/access/caller';
import { heardEverywhere } from '../../platform/access/heard-everywhere';
import { bindingFault, composeKey, successorExpiry, toColumns } from '../../platform/access/key-request';
import { AppConfig } from '../../platform/config/app-config';
import { insertEntry } from '../../platform/audit/audit-trail';
import { describeChanges } from '../../platform/audit/describe-changes';
import type { Audited } from '../../platform/writes/write-plan';
import type { WriteRequest } from '../../platform/writes/write-request';
import { NOTHING, Writes } from '../../platform/writes/writes';
import type { AccessKeyResponse, AccessKeyPage, NewAccessKeyResponse } from './dto/access-key-responses.dto';
import type { CreateAccessKey, KeyRole, RollAccessKey } from './dto/access-key-requests.dto';

const BOUND_THINGS: Readonly<Record<string, readonly [keyof KeyRole, Resource]>> = {
  access_keys_user_id_fkey: ['user_id', 'user'],
  access_keys_recharge_point_id_fkey: ['recharge_point_id', 'recharge_point'],
  access_keys_vehicle_id_fkey: ['vehicle_id', 'vehicle'],
  access_keys_station_id_fkey: ['station_id', 'station'],
  access_keys_validator_id_fkey: ['validator_id', 'validator'],
};

/** The keys of callers. An operation that takes rights away returns only when every process knows about it. */
@Injectable()
export class AccessKeysService {
  constructor(
    private readonly writes: Writes,
    private readonly dataSource: DataSource,
    private readonly config: AppConfig,
    private readonly clock: Clock,
  ) {}

  async create(asked: CreateAccessKey, request: WriteRequest): Promise<NewAccessKeyResponse> {
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
        createdBy: makerOf(request),
      },
      this.clock.now(),
    );
    const made = await this.write(request, (manager) => insertAccessKey(manager, record)).catch(
      explain(asked),
    );
    return { ...toResponse(made), key: text };
  }

  async list({ limit, cursor }: PageQuery): Promise<AccessKeyPage> {
    const found = await listAccessKeys(this.dataSource, limit + 1, decodeCursor(cursor));
    const { rows, next_cursor } = paginate(found, limit, ({ position }) => position);
    return { keys: rows.map(toResponse), next_cursor };
  }

  /** Makes a successor with the same rights. It is valid for as many days as the old key was when it was made. */
  async roll(
    keyId: string,
    { overlap_seconds }: RollAccessKey,
    request: WriteRequest,
  ): Promise<NewAccessKeyResponse> {
    const overlap = overlap_seconds ?? 0;
    const { text, id, digest } = newAccessKey();
    const made = await this.write(request, async (manager) => {
      await lockRiders(manager, keyId, null);
      const old = await findAccessKey(manager, keyId);
      if (!old) throw new NotFoundError('access_key', keyId);
      const expires_at = successorExpiry(old, this.config.get('KEY_MOST_DAYS'), this.clock.now());
      const successor = { key_id: id, digest, created_by: makerOf(request), expires_at };
      return (await rollAccessKey(manager, keyId, successor, overlap)) ?? refuseUnlessInForce(keyId);
    });
    if (overlap === 0) await heardEverywhere();
    return { ...toResponse(made), key: text };
  }

  /** The keys that this one replaced or that replaced it are of the same holder, who would go on with the other role. */
  async changeRole(keyId: string, asked: KeyRole, request: WriteRequest): Promise<AccessKeyResponse> {
    this.requireBinding(asked);
    const columns = toColumns(bindingIn(asked));
    const changed = await this.write(request, async (manager) => {
      await lockRiders(manager, keyId, columns.user_id);
      if (!(await findAccessKey(manager, keyId))) throw new NotFoundError('access_key', keyId);
      const [key, ...others] = await changeRole(manager, keyId, { role: asked.role, ...columns });
      for (const other of others) await this.record(manager, request, other);
      return key ?? refuseUnlessInForce(keyId);
    }).catch(explain(asked));
    await heardEverywhere();
    return toResponse(changed);
  }

  /** Returns when no process accepts this key any more in a request that begins later. */
  async revoke(keyId: string, request: WriteRequest): Promise<AccessKeyResponse> {
    const revoked = await this.write(request, async (manager) => {
      const key = await revokeAccessKey(manager, keyId);
      if (!key) throw new NotFoundError('access_key', keyId);
      return key;
    });
    // It waits even if the key was revoked before, because that other request may still be waiting.
    await heardEverywhere();
    return toResponse(revoked);
  }

  /** The trail remembers the key as it became: of a roll the successor, which names nothing of its secret. */
  private write(
    request: WriteRequest,
    work: (manager: EntityManager) => Promise<AccessKeyRecord>,
  ): Promise<AccessKeyRecord> {
    return this.writes.run({ evicts: NOTHING, request }, async (manager) => {
      const key = await work(manager);
      return { response: key, touches: null, audit: toAudited(key) };
    });
  }

  /** Each further key that a request changes has an entry of its own, where somebody looks for what happened to that key. */
  private async record(
    manager: EntityManager,
    { origin }: WriteRequest,
    key: AccessKeyRecord,
  ): Promise<void> {
    const { object, changes } = toAudited(key);
    await insertEntry(manager, {
      ...origin,
      occurredAt: this.clock.now(),
      object,
      outcome: 'changed',
      changes: describeChanges(changes),
      reason: null,
    });
  }

  private requireBinding(asked: KeyRole): void {
    const fault = bindingFault(asked.role, bindingIn(asked));
    if (fault) throw invalid(fault.name, fault.detail);
    if (asked.role === 'simulator' && !this.config.simulationAllowed)
      throw invalid('role', 'may be simulator only in a service with SIMULATION=on');
  }
}

/** The public id of the key that a key is made with, or the person who makes it; empty where nobody is asked for a key. */
function makerOf({ origin }: WriteRequest): string {
  return origin.keyId ?? origin.client;
}

function toAudited(key: AccessKeyRecord): Audited {
  const { key_id, position: _, last_used_at: __, created_at: ___, ...changes } = key;
  return { object: { kind: 'access_key', id: key_id }, changes };
}

function bindingIn(asked: KeyRole): Caller['binding'] {
  const { user_id, recharge_point_id, vehicle_id, station_id, validator_id } = asked;
  const given = { user_id, recharge_point_id, vehicle_id, station_id, validator_id };
  // Null means the same as a member that is left out.
  return Object.fromEntries(Object.entries(given).filter(([, id]) => Number.isSafeInteger(id)));
}

function refuseUnlessInForce(keyId: string): never {
  throw new KeyNotInForceError(keyId);
}

function invalid(member: string, detail: string): InvalidValueError {
  return new InvalidValueError('The request is not acceptable.', [{ pointer: `/${member}`, detail }]);
}

/** Turns a violated foreign key into the refusal that the user, recharge point, vehicle, station or device does not exist. */
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
