import { ServiceCalendar } from './service-calendar';
import { dayIn, shiftDay } from './service-day';

const ZONES = ['America/Bogota', 'Asia/Kathmandu', 'America/St_Johns', 'Australia/Lord_Howe', 'UTC'];

describe(ServiceCalendar.name, () => {
  it.each(ZONES)('knows the days of %s, asked for the first time and again', (timeZone) => {
    const calendar = new ServiceCalendar(timeZone);
    // At all quarters of an hour, over more than a year: changes of clocks included.
    const moments = Array.from({ length: 4_000 }, (_, n) => new Date(Date.UTC(2026, 0, 1) + n * 9_001_000));

    const wrong = moments.filter((moment) => calendar.dayOf(moment) !== dayIn(timeZone, moment));

    expect(wrong).toEqual([]);
    expect(moments.map((moment) => calendar.dayOf(moment))).toEqual(
      moments.map((moment) => dayIn(timeZone, moment)),
    );
  });

  it.each(ZONES)('knows when the days of %s begin, asked for the first time and again', (timeZone) => {
    const calendar = new ServiceCalendar(timeZone);
    const days = Array.from({ length: 400 }, (_, n) => shiftDay('2026-01-01', n));
    const daysAround = (day: string): [string, string] => {
      const start = calendar.startOf(day);
      return [dayIn(timeZone, new Date(start.getTime() - 1)), dayIn(timeZone, start)];
    };
    const expected = days.map((day) => [shiftDay(day, -1), day]);

    expect(days.map(daysAround)).toEqual(expected);
    expect(days.map(daysAround)).toEqual(expected);
  });
});
