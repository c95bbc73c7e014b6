import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AnyQuery } from '../../common/http/request/operation';
import { Public } from '../access/requires.decorator';
import { WithoutDatabase } from '../postgres/database-reads';
import { sendConsoleAsset, sendConsolePage } from './send-console';

/** The web application for operators. Its files are public; what it shows it asks for like any other caller. */
@ApiExcludeController()
@WithoutDatabase()
@Public()
@AnyQuery()
@Controller('console')
export class ConsoleController {
  @Get()
  page(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return sendConsolePage(request, reply);
  }

  @Get('assets/:name')
  asset(
    @Param('name') name: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return sendConsoleAsset(name, request, reply);
  }

  /** The page itself reads from its address which screen it shows. */
  @Get('*')
  screen(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return sendConsolePage(request, reply);
  }
}
