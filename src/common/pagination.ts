import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, Min } from 'class-validator';
import { InvalidValueError } from './problem/domain-error';

export const DEFAULT_PAGE_SIZE = 20;

/** A whole number in a query, between two bounds, ends included. */
export function WholeNumberQuery(
  least: number,
  most: number,
  defaultValue: number,
  description: string,
): PropertyDecorator {
  const message = `must be a whole number from ${least} to ${most}`;
  return applyDecorators(
    ApiPropertyOptional({
      type: 'integer',
      minimum: least,
      maximum: most,
      default: defaultValue,
      description,
    }),
    IsOptional(),
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value,
    ),
    IsInt({ message }),
    Min(least, { message }),
    Max(most, { message }),
  );
}

/** Where a page starts and how many rows it has. */
export class PageQuery {
  @WholeNumberQuery(1, 100, DEFAULT_PAGE_SIZE, 'Rows of a page.')
  limit: number = DEFAULT_PAGE_SIZE;

  @ApiPropertyOptional({ description: '`next_cursor` of the page before; opaque.' })
  @IsOptional()
  @IsString({ message: 'must be the next_cursor of a page' })
  cursor?: string;
}

/** The id after which a page goes on, from an opaque cursor; null for the first page. */
export function decodeCursor(cursor: string | undefined): number | null {
  if (cursor === undefined) return null;
  const text = Buffer.from(cursor, 'base64url').toString('latin1');
  const id = /^id:(\d{1,15})$/.exec(text)?.[1];
  if (id === undefined || encodeCursor(Number(id)) !== cursor) {
    throw new InvalidValueError('The cursor is not one of ours.', [
      { pointer: '/cursor', detail: 'must be the next_cursor of a page' },
    ]);
  }
  return Number(id);
}

/** An opaque cursor that goes on after this id; stable while rows are added, since ids are never reused. */
export function encodeCursor(id: number): string {
  return Buffer.from(`id:${id}`, 'latin1').toString('base64url');
}

/** Cuts rows fetched with one more than the limit into a page and the cursor of the next. */
export function paginate<Row>(
  rows: readonly Row[],
  limit: number,
  idOf: (row: Row) => number,
): { rows: Row[]; next_cursor: string | null } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { rows: page, next_cursor: rows.length > limit && last ? encodeCursor(idOf(last)) : null };
}

/** The cursor of a page's answer in the API document. */
export const ApiNextCursor = (): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({
      type: String,
      nullable: true,
      required: true,
      description: 'Goes on after this page; null on the last.',
      example: null,
    }),
  );
