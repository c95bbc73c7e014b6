import { Controller, Get, Header, Redirect } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { AnyQuery } from '../common/request/operation';
import { WithoutDatabase } from '../database/heartbeat.interceptor';
import { redocPage, redocScript } from './redoc';

@ApiExcludeController()
@WithoutDatabase()
@AnyQuery()
@Controller()
export class DocumentationController {
  @Get()
  @Redirect('/docs', 302)
  root(): void {
    return;
  }

  @Get('redoc')
  @Header('content-type', 'text/html; charset=utf-8')
  redoc(): string {
    return redocPage;
  }

  @Get('redoc/redoc.standalone.js')
  @Header('content-type', 'text/javascript; charset=utf-8')
  @Header('cache-control', 'public, max-age=86400')
  script(): string {
    return redocScript();
  }
}
