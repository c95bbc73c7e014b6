import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, Min } from 'class-validator';
import { InvalidValueError } from './problem/request-errors';

export const DEFAULT_PAGE_SIZE = 20;

/** A whole number in a query, between two bounds. The bounds are allowed. */
export function WholeNumberQuery(
  least: number,
  most: number,
  defaultValue: number | undefined,
  description: string,
  example?: number,
): PropertyDecorator {
  const message = `must be a whole number from ${least} to ${most}`;
  return applyDecorators(
    ApiPropertyOptional({
      type: 'integer',
      minimum: least,
      maximum: most,
      default: defaultValue,
      description,
      example,
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

/** An id in a query. */
export const IdQuery = (description: string, example: number): PropertyDecorator =>
  WholeNumberQuery(1, 999_999_999_999_999, undefined, description, example);

/** Where a page starts and how many rows it has. */
export class PageQuery {
  @WholeNumberQuery(1, 100, DEFAULT_PAGE_SIZE, 'The most rows of a page.')
  limit: number = DEFAULT_PAGE_SIZE;

  @ApiPropertyOptional({
    description: 'The `next_cursor` of the previous page; leave it out for the first page.',
  })
  @IsOptional()
  @IsString({ message: 'must be the next_cursor of a page' })
  cursor?: string;
}

/** Returns the id after which a page begins, from an opaque cursor. It is null for the first page. */
export function decodeCursor(cursor: string | undefined): number | null {
  if (cursor === undefined) return null;
  const id = /^id:(\d{1,16})$/.exec(decode(cursor))?.[1];
  if (id === undefined || encodeCursor(Number(id)) !== cursor) throw foreignCursor();
  return Number(id);
}

/** Returns an opaque cursor for the page after this id. It stays right while rows are added, because ids are never reused. */
export function encodeCursor(id: number): string {
  return encode(`id:${id}`);
}

/** The place after which a page of places, sorted by distance, begins. */
export interface PlaceInOrder {
  /** Metres. */
  readonly distance_m: number;
  readonly id: number;
}

/** Returns the place after which a page of near places begins. It is null for the first page. */
export function decodePlaceCursor(cursor: string | undefined): PlaceInOrder | null {
  if (cursor === undefined) return null;
  const [, distance, id] = /^at:(\d{1,15}),id:(\d{1,15})$/.exec(decode(cursor)) ?? [];
  const place = { distance_m: Number(distance), id: Number(id) };
  if (encodePlaceCursor(place) !== cursor) throw foreignCursor();
  return place;
}

function encodePlaceCursor({ distance_m, id }: PlaceInOrder): string {
  return encode(`at:${distance_m},id:${id}`);
}

function encode(text: string): string {
  return Buffer.from(text, 'latin1').toString('base64url');
}

function decode(cursor: string): string {
  return Buffer.from(cursor, 'base64url').toString('latin1');
}

function foreignCursor(): InvalidValueError {
  return new InvalidValueError('The cursor was not made by this service.', [
    { pointer: '/cursor', detail: 'must be the next_cursor of a page' },
  ]);
}

/** Rows of a page, and the cursor of the next. */
export interface Page<Row> {
  readonly rows: Row[];
  readonly next_cursor: string | null;
}

/**
 * Makes a page from rows of which one more than the limit was fetched. If there is that one, the page has a cursor.
 *
 * @param examinedTo the last id that was looked at, if there may be more rows after it. Then a page that is not full has a cursor too.
 */
export function paginate<Row>(
  rows: readonly Row[],
  limit: number,
  toId: (row: Row) => number,
  examinedTo: number | null = null,
): Page<Row> {
  const page = toPage(rows, limit, (row) => encodeCursor(toId(row)));
  const next = page.next_cursor ?? (examinedTo === null ? null : encodeCursor(examinedTo));
  return { ...page, next_cursor: next };
}

/** The same for places by their distance, and then their id. */
export function paginatePlaces<Row extends { readonly distance_m: number }>(
  rows: readonly Row[],
  limit: number,
  toId: (row: Row) => number,
): Page<Row> {
  return toPage(rows, limit, (row) => encodePlaceCursor({ distance_m: row.distance_m, id: toId(row) }));
}

function toPage<Row>(rows: readonly Row[], limit: number, cursorOf: (row: Row) => string): Page<Row> {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { rows: page, next_cursor: rows.length > limit && last ? cursorOf(last) : null };
}

/** Documents the cursor in the response of a page. */
export const ApiNextCursor = (): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({
      type: String,
      nullable: true,
      required: true,
      description: 'The `cursor` of the next page; null on the last page.',
      example: null,
    }),
  );
