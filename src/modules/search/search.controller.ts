import { Controller, Get, Query, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Caller } from '../../platform/access/caller';
import { Requires, WhoCalls } from '../../platform/access/requires.decorator';
import { SearchQuery, SearchResults } from './dto/search.dto';
import { ImpersonalResults } from './impersonal-results.interceptor';
import { SearchService } from './search.service';

@ApiTags('search')
@Controller('search')
export class SearchController {
  constructor(private readonly search: SearchService) {}

  /**
   * Search for anything.
   *
   * @remarks Use it for the one search box of a desk. It finds cards, riders, routes, stations, trips and recharges by
   * what a person can type. Results that the caller may not read are left out: cards need `cards:read`, riders
   * `users:find`, trips `trips:read`, recharges `recharges:read`. The audit trail remembers a search only if it found a
   * card, a rider, a trip or a recharge.
   */
  @Get()
  @Requires('search:read', { noted: 'read' })
  @UseInterceptors(ImpersonalResults)
  find(@Query() query: SearchQuery, @WhoCalls() caller: Caller): Promise<SearchResults> {
    return this.search.find(query, caller);
  }
}
