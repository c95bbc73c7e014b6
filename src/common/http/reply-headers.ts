import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

/** The headers of a reply. A read does not get the reply itself: Fastify's has a `then`, so who awaits it waits until it is sent. */
export class ReplyHeaders {
  constructor(private readonly reply: FastifyReply) {}

  set(name: string, value: string): this {
    void this.reply.header(name, value);
    return this;
  }
}

/** Gives a handler the headers of its reply. */
export const Headers = createParamDecorator(
  (_: unknown, context: ExecutionContext): ReplyHeaders =>
    new ReplyHeaders(context.switchToHttp().getResponse<FastifyReply>()),
);
