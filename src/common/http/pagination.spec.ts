import { decodeCursor, decodePlaceCursor, encodeCursor, paginate, paginatePlaces } from './pagination';
import { InvalidValueError } from './problem/request-errors';

describe(decodeCursor.name, () => {
  it.each([1, 20, 999_999_999_999_999])('reads back %d', (id) => {
    expect(decodeCursor(encodeCursor(id))).toBe(id);
  });

  it('is null for the first page', () => {
    expect(decodeCursor(undefined)).toBeNull();
  });

  it.each(['', 'x', '1', encodeCursor(1) + '=', encodeCursor(1) + 'A', encodeCursor(-1), encodeCursor(1.5)])(
    'refuses %j, which is none of ours',
    (cursor) => {
      expect(() => decodeCursor(cursor)).toThrow(InvalidValueError);
    },
  );
});

describe(paginatePlaces.name, () => {
  const cursorAfter = (distance_m: number, id: number): string =>
    paginatePlaces(
      [
        { distance_m, id },
        { distance_m, id: id + 1 },
      ],
      1,
      (row) => row.id,
    ).next_cursor ?? '';

  it.each([
    [0, 1],
    [50_000, 999_999_999_999_999],
  ])('goes on after what is %d m away and has the id %d', (distance_m, id) => {
    expect(decodePlaceCursor(cursorAfter(distance_m, id))).toEqual({ distance_m, id });
  });

  it('ends with the last place', () => {
    expect(paginatePlaces([{ distance_m: 3, id: 1 }], 1, (row) => row.id).next_cursor).toBeNull();
  });
});

describe(decodePlaceCursor.name, () => {
  it('is null for the first page', () => {
    expect(decodePlaceCursor(undefined)).toBeNull();
  });

  it.each(['', 'x', encodeCursor(1), 'YXQ6MSxpZDoxIA', 'YXQ6LTEsaWQ6MQ'])(
    'refuses %j, which is none of ours',
    (cursor) => {
      expect(() => decodePlaceCursor(cursor)).toThrow(InvalidValueError);
    },
  );
});

describe(paginate.name, () => {
  const toId = (row: { id: number }): number => row.id;

  it('goes on after the last row of the page when there are more', () => {
    const found = [{ id: 9 }, { id: 7 }, { id: 4 }];

    expect(paginate(found, 2, toId)).toEqual({ rows: [{ id: 9 }, { id: 7 }], next_cursor: encodeCursor(7) });
  });

  it('ends with the last row, also of a full page', () => {
    expect(paginate([{ id: 9 }, { id: 7 }], 2, toId)).toEqual({
      rows: [{ id: 9 }, { id: 7 }],
      next_cursor: null,
    });
    expect(paginate([], 2, toId)).toEqual({ rows: [], next_cursor: null });
  });
});
