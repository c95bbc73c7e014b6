import { dayIn } from './service-day';

describe(dayIn.name, () => {
  it.each([
    ['2026-11-22T04:59:59.999Z', '2026-11-21'],
    ['2026-11-22T05:00:00.000Z', '2026-11-22'],
    ['2027-01-01T04:00:00.000Z', '2026-12-31'],
    ['0300-06-01T12:00:00.000Z', '0300-06-01'],
  ])('of %s in Bogotá is %s', (moment, day) => {
    expect(dayIn('America/Bogota', new Date(moment))).toBe(day);
  });

  it('follows the time zone', () => {
    expect(dayIn('Asia/Tokyo', new Date('2026-11-22T15:00:00Z'))).toBe('2026-11-23');
  });
});
