import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiCode } from '../../common/http/api-id.decorator';
import { ApiProblems } from '../../common/http/api-problems.decorator';
import { KeyNotInForceError } from '../../common/http/problem/access-errors';
import { RiderErasedError } from '../../common/http/problem/card-errors';
import { NotFoundError } from '../../common/http/problem/not-found-error';
import { PageQuery } from '../../common/http/pagination';
import { Requires } from '../../platform/access/requires.decorator';
import { Write } from '../../platform/writes/write.decorator';
import type { WriteRequest } from '../../platform/writes/write-request';
import { AccessKeysService } from './access-keys.service';
import { CreateAccessKey, KeyRole, RollAccessKey } from './dto/access-key-requests.dto';
import { AccessKeyResponse, AccessKeyPage, NewAccessKeyResponse } from './dto/access-key-responses.dto';

/** The user, recharge point, vehicle or station of a key must exist. */
const UNKNOWN_BINDING = (['user', 'recharge_point', 'vehicle', 'station'] as const).map((resource) =>
  NotFoundError.of(resource),
);

@ApiTags('keys')
@Controller('keys')
export class AccessKeysController {
  constructor(private readonly keys: AccessKeysService) {}

  /**
   * Make a key.
   *
   * @remarks Only this response shows the key, because the service stores only its digest. A retry makes another key.
   * If a response was lost, revoke the key that it had.
   */
  @Post()
  @Requires('keys:manage')
  @ApiProblems(...UNKNOWN_BINDING, RiderErasedError)
  create(@Body() key: CreateAccessKey, @Write() request: WriteRequest): Promise<NewAccessKeyResponse> {
    return this.keys.create(key, request);
  }

  /**
   * List the keys.
   *
   * @remarks It shows the client of each key, what the key may do, and when it was last used. It never shows a key itself.
   */
  @Get()
  @Requires('keys:read', { noted: 'read' })
  list(@Query() page: PageQuery): Promise<AccessKeyPage> {
    return this.keys.list(page);
  }

  /**
   * Change what a key may do.
   *
   * @remarks It gives the key another role, and the binding of that role, and with it the keys that it replaced or that
   * replaced it, as long as they can be used: they have the same holder. When the response arrives, every process uses
   * the new role. Therefore it takes more than a second.
   */
  @Patch(':key_id')
  @Requires('keys:manage')
  @ApiCode('key_id', '7Qm2xK9a')
  @ApiProblems(NotFoundError.of('access_key'), KeyNotInForceError, ...UNKNOWN_BINDING, RiderErasedError)
  changeRole(
    @Param('key_id') keyId: string,
    @Body() role: KeyRole,
    @Write() request: WriteRequest,
  ): Promise<AccessKeyResponse> {
    return this.keys.changeRole(keyId, role, request);
  }

  /**
   * Replace a key by a new one.
   *
   * @remarks The new key has the client, role, binding and networks of the old one. The old key can be used for another
   * `overlap_seconds`. Without an overlap it is revoked, and the response takes more than a second.
   */
  @Post(':key_id/roll')
  @Requires('keys:manage')
  @ApiCode('key_id', '7Qm2xK9a')
  @ApiProblems(NotFoundError.of('access_key'), KeyNotInForceError)
  roll(
    @Param('key_id') keyId: string,
    @Body() overlap: RollAccessKey,
    @Write() request: WriteRequest,
  ): Promise<NewAccessKeyResponse> {
    return this.keys.roll(keyId, overlap, request);
  }

  /**
   * Revoke a key.
   *
   * @remarks Use it when a key is lost or no longer needed. When the response arrives, no process accepts the key in a
   * request that begins after it, so it takes more than a second. A key that is revoked already stays as it is.
   */
  @Post(':key_id/revocation')
  @Requires('keys:manage')
  @HttpCode(200)
  @ApiCode('key_id', '7Qm2xK9a')
  @ApiProblems(NotFoundError.of('access_key'))
  revoke(@Param('key_id') keyId: string, @Write() request: WriteRequest): Promise<AccessKeyResponse> {
    return this.keys.revoke(keyId, request);
  }
}
