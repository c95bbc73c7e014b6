import { decodeCursor, encodeCursor, paginate } from './pagination';
import { InvalidValueError } from './problem/domain-error';

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

describe(paginate.name, () => {
  const idOf = (row: { id: number }): number => row.id;

  it('goes on after the last row of the page when there are more', () => {
    const found = [{ id: 9 }, { id: 7 }, { id: 4 }];

    expect(paginate(found, 2, idOf)).toEqual({ rows: [{ id: 9 }, { id: 7 }], next_cursor: encodeCursor(7) });
  });

  it('ends with the last row, also of a full page', () => {
    expect(paginate([{ id: 9 }, { id: 7 }], 2, idOf)).toEqual({
      rows: [{ id: 9 }, { id: 7 }],
      next_cursor: null,
    });
    expect(paginate([], 2, idOf)).toEqual({ rows: [], next_cursor: null });
  });
});
