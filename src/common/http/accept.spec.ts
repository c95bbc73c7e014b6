import { qualityOf } from './accept';

describe(qualityOf.name, () => {
  it.each([
    [undefined, 1],
    ['', 1],
    ['*/*', 1],
    ['text/csv', 1],
    ['TEXT/CSV;q=0.5', 0.5],
    ['text/*;q=0.3, */*;q=0.1', 0.3],
    ['application/json, */*;q=0.1', 0.1],
    ['application/json', 0],
    ['text/csv;q=0, */*', 0],
    ['text/csv; header=present; q=0.7', 0.7],
    ['text/csv;q=nonsense', 1],
    [';;;,,,', 0],
  ])('reads %p', (accept, quality) => {
    expect(qualityOf('text/csv', accept)).toBe(quality);
  });
});
