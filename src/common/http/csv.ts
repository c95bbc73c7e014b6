import { applyDecorators, createParamDecorator, type ExecutionContext, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, getSchemaPath } from '@nestjs/swagger';
import { stringify } from 'csv-stringify/sync';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { qualityOf } from './accept';
import { varyBy } from './vary';

const CSV = 'text/csv';
const JSON_TYPE = 'application/json';

/** What a spreadsheet would run, also behind blanks and in the wide forms of these characters. */
const FORMULA = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/;

/** Rows as CSV (RFC 4180) with a header. Text that a spreadsheet would take for a formula begins with an apostrophe. */
export function toCsv(columns: readonly string[], rows: readonly object[]): string {
  return stringify([...rows], {
    header: true,
    columns: [...columns],
    record_delimiter: 'windows',
    cast: {
      string: (text) => (FORMULA.test(text) ? `'${text}` : text),
      date: (date) => date.toISOString(),
      bigint: String,
    },
  });
}

/** A table that a caller gets as JSON or as CSV, whichever it prefers. */
export class TableReply {
  constructor(
    private readonly request: FastifyRequest,
    private readonly reply: FastifyReply,
  ) {
    varyBy(reply, 'Accept');
  }

  /**
   * Returns the response itself, or its rows as CSV.
   *
   * @param name of the file under which a browser stores the CSV.
   */
  answer<Response extends { readonly rows: readonly object[] }>(
    response: Response,
    name: string,
    columns: readonly string[],
  ): Response | string {
    const { accept } = this.request.headers;
    if (qualityOf(CSV, accept) <= qualityOf(JSON_TYPE, accept)) return response;
    void this.reply
      .type(`${CSV}; charset=utf-8; header=present`)
      .header('content-disposition', `attachment; filename="${name}.csv"`);
    return toCsv(columns, response.rows);
  }
}

/** Gives a handler the reply for its table. Also a refusal then says that the response depends on `Accept`. */
export const Table = createParamDecorator((_: unknown, context: ExecutionContext): TableReply => {
  const http = context.switchToHttp();
  return new TableReply(http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
});

/** Documents a table that is sent as JSON, or as CSV with these columns. */
export function ApiTable(response: Type, columns: readonly string[]): MethodDecorator {
  return applyDecorators(
    ApiExtraModels(response),
    ApiOkResponse({
      description: 'The rows, as JSON or, where `Accept` prefers `text/csv`, as CSV with a header.',
      headers: { Vary: { description: 'The response depends on `Accept`.', schema: { type: 'string' } } },
      content: {
        [JSON_TYPE]: { schema: { $ref: getSchemaPath(response) } },
        [CSV]: { schema: { type: 'string', example: `${columns.join(',')}\r\n` } },
      },
    }),
  );
}
