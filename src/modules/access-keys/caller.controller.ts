import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Caller } from '../../platform/access/caller';
import { Requires, WhoCalls } from '../../platform/access/requires.decorator';
import { CallerService } from './caller.service';
import { CallerResponse } from './dto/caller-response.dto';

@ApiTags('keys')
@Controller('caller')
export class CallerController {
  constructor(private readonly callers: CallerService) {}

  /**
   * Get who calls.
   *
   * @remarks Use it to show people only what they may do, and to find out whether a key is in force. It returns the role and
   * the scopes of the caller, and the currency and the time zone of this service. Every role may call it. It costs one
   * read of the database.
   */
  @Get()
  @Requires('caller:read')
  get(@WhoCalls() caller: Caller): Promise<CallerResponse> {
    return this.callers.describe(caller);
  }
}
