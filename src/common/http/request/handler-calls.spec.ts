import {
  Body,
  Controller,
  Get,
  HttpCode,
  Ip,
  Param,
  ParseIntPipe,
  Query,
  Req,
  Res,
  UseInterceptors,
  createParamDecorator,
} from '@nestjs/common';
import { idPipe } from '../id.pipe';
import { requireCallable } from './handler-calls';
import type { HandlerMethod } from './handlers';

const Ours = createParamDecorator(() => null);

class Page {
  cursor?: string;
}

@Controller('things')
class Things {
  @Get(':card_id')
  plain(@Param('card_id', idPipe('card')) _id: number, @Query() _page: Page): void {
    // Returns nothing.
  }

  @Get('intercepted')
  @UseInterceptors({ intercept: (_, next) => next.handle() })
  intercepted(): void {
    // Returns nothing.
  }

  @Get('status')
  @HttpCode(202)
  status(): void {
    // Returns nothing.
  }

  @Get('whole')
  whole(@Req() _request: unknown, @Ours() _ours: unknown): void {
    // Returns nothing.
  }

  @Get('reply')
  reply(@Res({ passthrough: true }) _reply: unknown): void {
    // Returns nothing.
  }

  @Get('address')
  address(@Ip() _address: string): void {
    // Returns nothing.
  }

  @Get('body')
  body(@Body() _page: Page): void {
    // Returns nothing.
  }

  @Get('class/:id')
  pipeOfClass(@Param('id', ParseIntPipe) _id: number): void {
    // Returns nothing.
  }
}

function refusalOf(name: keyof Things): string | null {
  try {
    const methods = Things.prototype as unknown as Readonly<Record<string, HandlerMethod>>;
    requireCallable({ controller: Things, method: methods[name] ?? (() => undefined) });
    return null;
  } catch (error) {
    return String(error);
  }
}

describe(requireCallable.name, () => {
  it('takes a read of a path and a query, or of the whole request', () => {
    expect(refusalOf('plain')).toBeNull();
    expect(refusalOf('whole')).toBeNull();
  });

  it('refuses, when the service starts, a read that would lose something without the router of Nest', () => {
    expect(refusalOf('intercepted')).toContain('Things.intercepted is a read, and has an interceptor');
    expect(refusalOf('status')).toContain('has a status of its own');
    expect(refusalOf('reply')).toContain('something other than its path, its query and its request');
    expect(refusalOf('address')).toContain('something other than its path, its query and its request');
    expect(refusalOf('body')).toContain('something other than its path, its query and its request');
    expect(refusalOf('pipeOfClass')).toContain('has a pipe that is a class');
  });
});
