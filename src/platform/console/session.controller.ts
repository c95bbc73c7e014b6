import { Controller, Delete, Header, Headers, HttpCode, Post, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { bearerIn } from '../access/access-gate';
import { Public, Requires } from '../access/requires.decorator';
import { FORGOTTEN, keepInCookie } from '../access/session-cookie';
import { WithoutDatabase } from '../postgres/database-reads';

/** Keeps the key that somebody pasted at the console in a cookie that no script can read, until the person signs out. */
@ApiExcludeController()
@WithoutDatabase()
@Controller('console/session')
export class SessionController {
  @Post()
  @HttpCode(204)
  @Requires('caller:read')
  begin(
    @Headers('authorization') shown: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): void {
    const cookie = keepInCookie(bearerIn(shown));
    if (cookie) void reply.header('set-cookie', cookie);
  }

  @Delete()
  @HttpCode(204)
  @Public()
  @Header('set-cookie', FORGOTTEN)
  end(): void {
    return;
  }
}
