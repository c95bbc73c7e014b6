import { Controller, Get, Query, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Requires } from '../../platform/access/requires.decorator';
import { SearchQuery, SearchResults } from './dto/search.dto';
import { IS_PERSONAL } from './search-kind';
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
  async find(@Query() query: SearchQuery, @Req() request: FastifyRequest): Promise<SearchResults> {
    const found = await this.search.find(query, request.caller);
    // The trail need not remember who was shown only routes and stations, which everybody sees.
    request.isImpersonal = !found.results.some(({ kind }) => IS_PERSONAL[kind]);
    return found;
  }
}
