import { ServiceCalendar } from './service-calendar';
import { dayIn } from './service-day';

describe(ServiceCalendar.name, () => {
  it.each(['America/Bogota', 'Asia/Kathmandu', 'America/St_Johns', 'Australia/Lord_Howe', 'UTC'])(
    'knows the days of %s, asked for the first time and again',
    (timeZone) => {
      const calendar = new ServiceCalendar(timeZone);
      // At all quarters of an hour, over more than a year: changes of clocks included.
      const moments = Array.from({ length: 4_000 }, (_, n) => new Date(Date.UTC(2026, 0, 1) + n * 9_001_000));

      const wrong = moments.filter((moment) => calendar.dayOf(moment) !== dayIn(timeZone, moment));

      expect(wrong).toEqual([]);
      expect(moments.map((moment) => calendar.dayOf(moment))).toEqual(
        moments.map((moment) => dayIn(timeZone, moment)),
      );
    },
  );

  it('knows when a day begins', () => {
    expect(new ServiceCalendar('America/Bogota').startOf('2026-01-14').toISOString()).toBe(
      '2026-01-14T05:00:00.000Z',
    );
  });
});
