import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AnyQuery } from '../../../common/http/request/operation';
import { Public } from '../../access/requires.decorator';
import { WithoutDatabase } from '../../postgres/database-reads';
import { type Lead, SignInService } from './sign-in.service';

/** Leads people to the identity provider, and from there into the console. */
@ApiExcludeController()
@WithoutDatabase()
@Public()
@AnyQuery()
@Controller('console/sign-in')
export class SignInController {
  constructor(private readonly signIns: SignInService) {}

  @Get()
  async begin(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await lead(await this.signIns.begin(request), reply);
  }

  @Get('callback')
  async complete(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const to = await this.signIns.complete(request, reply);
    if (to) await lead(to, reply);
  }
}

async function lead({ address, cookies }: Lead, reply: FastifyReply): Promise<void> {
  if (cookies.length > 0) void reply.header('set-cookie', [...cookies]);
  await reply.redirect(address, 303);
}
