import { isWeekend, shiftDay } from './service-day';

describe(shiftDay.name, () => {
  it.each([
    ['2024-02-28', 1, '2024-02-29'],
    ['2025-01-01', -1, '2024-12-31'],
    ['2026-11-22', 0, '2026-11-22'],
    ['0300-02-28', 1, '0300-03-01'],
  ])('of %s by %d is %s', (day, days, expected) => {
    expect(shiftDay(day, days)).toBe(expected);
  });
});

describe(isWeekend.name, () => {
  it('holds on Saturday and Sunday', () => {
    const days = ['2026-11-20', '2026-11-21', '2026-11-22', '2026-11-23'];
    expect(days.map(isWeekend)).toEqual([false, true, true, false]);
  });
});
