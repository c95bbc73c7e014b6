import { Controller, Get, Header, Redirect } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { AnyQuery } from '../../common/http/request/operation';
import { Public } from '../access/requires.decorator';
import { WithoutDatabase } from '../postgres/database-reads';
import { errorsPage } from './errors-page';
import { Page, PageFile } from './page.decorators';
import { redocPage, redocScript } from './redoc';
import { swaggerUiFile, swaggerUiPage, swaggerUiStart } from './swagger-ui';

const JAVASCRIPT = 'text/javascript; charset=utf-8';

@ApiExcludeController()
@WithoutDatabase()
@Public()
@AnyQuery()
@Controller()
export class DocumentationController {
  @Get()
  @Redirect('/docs', 302)
  @Header('link', '</openapi.json>; rel="service-desc", </docs>; rel="service-doc"')
  root(): void {
    return;
  }

  @Get('docs')
  @Page()
  swaggerUi(): string {
    return swaggerUiPage;
  }

  @Get('docs/start.js')
  @PageFile(JAVASCRIPT)
  swaggerUiStart(): string {
    return swaggerUiStart;
  }

  @Get('docs/swagger-ui-bundle.js')
  @PageFile(JAVASCRIPT)
  swaggerUiScript(): Buffer {
    return swaggerUiFile('swagger-ui-bundle.js');
  }

  @Get('docs/swagger-ui.css')
  @PageFile('text/css; charset=utf-8')
  swaggerUiStyle(): Buffer {
    return swaggerUiFile('swagger-ui.css');
  }

  @Get('docs/favicon-32x32.png')
  @PageFile('image/png')
  icon(): Buffer {
    return swaggerUiFile('favicon-32x32.png');
  }

  @Get('docs/errors')
  @Page()
  errors(): string {
    return errorsPage;
  }

  @Get('redoc')
  @Page()
  redoc(): string {
    return redocPage;
  }

  @Get('redoc/redoc.standalone.js')
  @PageFile(JAVASCRIPT)
  redocScript(): string {
    return redocScript();
  }
}
