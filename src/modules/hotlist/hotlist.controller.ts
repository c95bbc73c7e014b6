import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Requires } from '../../platform/access/requires.decorator';
import { cacheKeys } from '../../platform/cache/cache-keys';
import { Cached } from '../../platform/cache/cache.decorators';
import { Compressed } from '../../platform/cache/compressed.decorator';
import { DeviceLists } from '../device-lists/device-lists.service';
import { HotlistQuery, HotlistResponse } from './dto/hotlist.dto';

@ApiTags('validators')
@Controller('hotlist')
export class HotlistController {
  constructor(private readonly lists: DeviceLists) {}

  /**
   * Get the hotlist.
   *
   * @remarks The hotlist has the numbers of all cards that validators must refuse: cards that are blocked or lost, and cards that owe
   * more than `HOTLIST_DEBT` beside their balance. A validator keeps a copy, and asks with the version of that as `since` for what
   * changed; a change that was acknowledged is in every answer to a later request. If that version is too old, the answer is the whole
   * list. Changes cost one read of the database; the whole list is cached, and compressed for who accepts `gzip`.
   */
  @Get()
  @Requires('hotlist:read')
  @Cached(cacheKeys.hotlist)
  @Compressed()
  read(@Query() { since }: HotlistQuery): Promise<HotlistResponse> {
    return this.lists.read('hotlist', since ?? null);
  }
}
