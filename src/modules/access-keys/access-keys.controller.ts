import { Body, Controller, Get, Header, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiCode } from '../../common/http/api-id.decorator';
import { ApiProblems } from '../../common/http/api-problems.decorator';
import { KeyNotInForceError } from '../../common/http/problem/access-errors';
import { RiderErasedError } from '../../common/http/problem/card-errors';
import { NotFoundError } from '../../common/http/problem/not-found-error';
import { PageQuery } from '../../common/http/pagination';
import type { Caller } from '../../platform/access/caller';
import { Requires, WhoCalls } from '../../platform/access/requires.decorator';
import { AccessKeysService } from './access-keys.service';
import { CreateAccessKey, KeyRole, RollAccessKey } from './dto/access-key-requests.dto';
import { AccessKeyResponse, AccessKeyPage, NewAccessKeyResponse } from './dto/access-keys.dto';

/** What a key is bound to has to exist. */
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
   * @remarks The response is the only one that shows it: the service keeps a digest. A retry makes another key,
   * so revoke the first one if its response was lost.
   */
  @Post()
  @Requires('keys:manage')
  @Header('cache-control', 'no-store')
  @ApiProblems(...UNKNOWN_BINDING, RiderErasedError)
  create(@Body() key: CreateAccessKey, @WhoCalls() caller: Caller): Promise<NewAccessKeyResponse> {
    return this.keys.create(key, caller);
  }

  /**
   * List the keys.
   *
   * @remarks It shows whose each key is, what it may do, and when it was last used; never the key itself.
   */
  @Get()
  @Requires('keys:read')
  list(@Query() page: PageQuery): Promise<AccessKeyPage> {
    return this.keys.list(page);
  }

  /**
   * Change what a key may do.
   *
   * @remarks It gives the key another role, and with it another binding. When the response arrives, every
   * process judges the key by its new role; so it takes more than a second.
   */
  @Patch(':key_id')
  @Requires('keys:manage')
  @ApiCode('key_id', '7Qm2xK9a')
  @ApiProblems(NotFoundError.of('access_key'), KeyNotInForceError, ...UNKNOWN_BINDING, RiderErasedError)
  changeRole(@Param('key_id') keyId: string, @Body() role: KeyRole): Promise<AccessKeyResponse> {
    return this.keys.changeRole(keyId, role);
  }

  /**
   * Replace a key by a new one.
   *
   * @remarks The new key is as the old one is, which lives on for `overlap_seconds`. Without an overlap the old
   * key is revoked, and the response takes more than a second, as that of a revocation does.
   */
  @Post(':key_id/roll')
  @Requires('keys:manage')
  @Header('cache-control', 'no-store')
  @ApiCode('key_id', '7Qm2xK9a')
  @ApiProblems(NotFoundError.of('access_key'), KeyNotInForceError)
  roll(
    @Param('key_id') keyId: string,
    @Body() overlap: RollAccessKey,
    @WhoCalls() caller: Caller,
  ): Promise<NewAccessKeyResponse> {
    return this.keys.roll(keyId, overlap, caller);
  }

  /**
   * Revoke a key.
   *
   * @remarks When the response arrives, no process accepts the key in a request that begins after it. So it
   * takes more than a second. A key that is revoked already stays as it is.
   */
  @Post(':key_id/revocation')
  @Requires('keys:manage')
  @HttpCode(200)
  @ApiCode('key_id', '7Qm2xK9a')
  @ApiProblems(NotFoundError.of('access_key'))
  revoke(@Param('key_id') keyId: string): Promise<AccessKeyResponse> {
    return this.keys.revoke(keyId);
  }
}
