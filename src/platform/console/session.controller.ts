import { Controller, Delete, Get, Headers, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { bearerIn } from '../access/access-gate';
import { Public, Requires } from '../access/requires.decorator';
import { keepInCookie } from '../access/session-cookie';
import { WithoutDatabase } from '../postgres/database-reads';
import { SignInService } from './sign-in/sign-in.service';

/** The session of whoever is at the console: a key or an access token, in a cookie that no script can read. */
@ApiExcludeController()
@WithoutDatabase()
@Controller('console/session')
export class SessionController {
  constructor(private readonly signIns: SignInService) {}

  /** How one can sign in, beside pasting a key. */
  @Get()
  @Public()
  describe(): { provider: string | null } {
    return { provider: this.signIns.provider };
  }

  @Post()
  @HttpCode(204)
  @Requires('caller:read', { noted: 'changed' })
  begin(
    @Headers('authorization') shown: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): void {
    const cookie = keepInCookie(bearerIn(shown));
    if (cookie) void reply.header('set-cookie', cookie);
  }

  /** Goes on with a session that began at the provider, whose access token has expired. */
  @Post('renewal')
  @HttpCode(200)
  @Public()
  async renew(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const renewed = await this.signIns.renew(request, reply);
    if (!renewed) return;
    if (renewed.cookies.length > 0) void reply.header('set-cookie', [...renewed.cookies]);
    await reply.send({ is_renewed: renewed.isRenewed });
  }

  @Delete()
  @Public()
  async end(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ leads_to: string | null }> {
    const { address, cookies } = await this.signIns.end(request);
    void reply.header('set-cookie', [...cookies]);
    return { leads_to: address };
  }
}
