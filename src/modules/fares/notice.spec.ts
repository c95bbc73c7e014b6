import { ServiceCalendar } from '../../common/time/service-calendar';
import { isInTime } from './notice';

describe(isInTime.name, () => {
  const calendar = new ServiceCalendar('America/Bogota');

  it.each([
    ['2026-01-13T23:58:59.999', true],
    ['2026-01-13T23:59:00.000', false],
    ['2026-01-13T23:59:59.999', false],
    ['2026-01-14T00:00:00.000', false],
    ['2026-01-15T00:00:00.000', false],
  ])('at %s a rule from 14 January on: %s', (now, expected) => {
    expect(isInTime('2026-01-14', new Date(`${now}-05:00`), calendar)).toBe(expected);
  });
});
