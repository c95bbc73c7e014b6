import fc from 'fast-check';
import { ServiceCalendar } from './service-calendar';
import { shiftDay } from './service-day';

/** TEST_SEED repeats a run, or makes another. */
const SEED = Number(process.env.TEST_SEED ?? 20_240_908);
const [QUARTER_HOUR, HOUR, MONTH] = [900_000, 3_600_000, 28 * 86_400_000];
const [FROM, UNTIL] = [Date.UTC(1990, 0), Date.UTC(2030, 0)];
const ZONES = Intl.supportedValuesOf('timeZone');

describe(ServiceCalendar.name, () => {
  it.each([
    ['2026-11-22T04:59:59.999Z', '2026-11-21'],
    ['2026-11-22T05:00:00.000Z', '2026-11-22'],
    ['2027-01-01T04:00:00.000Z', '2026-12-31'],
    ['0300-06-01T12:00:00.000Z', '0300-06-01'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31'],
  ])('knows the day of %s in Bogotá: %s', (moment, day) => {
    expect(new ServiceCalendar('America/Bogota').dayOf(new Date(moment))).toBe(day);
  });

  it.each([
    // Clocks go from 24:00 to 01:00.
    ['America/Santiago', '2024-09-08', '2024-09-08T04:00:00Z'],
    ['Asia/Beirut', '2024-03-31', '2024-03-30T22:00:00Z'],
    ['Africa/Cairo', '2024-04-26', '2024-04-25T22:00:00Z'],
    ['America/Havana', '2024-03-10', '2024-03-10T05:00:00Z'],
    ['America/Sao_Paulo', '2018-11-04', '2018-11-04T03:00:00Z'],
    // From 24:00 to 23:00 of the same day.
    ['America/Santiago', '2024-04-07', '2024-04-07T04:00:00Z'],
    // From 01:00 to 00:00: midnight comes twice.
    ['America/Havana', '2024-11-03', '2024-11-03T04:00:00Z'],
    ['Atlantic/Azores', '2024-10-27', '2024-10-27T00:00:00Z'],
    // From 00:01 to 23:01 of the day before, which does not come back.
    ['America/St_Johns', '2006-10-29', '2006-10-29T02:30:00Z'],
    // From 23:30 to 00:30.
    ['America/Toronto', '1919-03-31', '1919-03-31T04:30:00Z'],
    // Behind UTC by 44 minutes and 30 seconds, which are skipped.
    ['Africa/Monrovia', '1972-01-06', '1972-01-06T00:44:30Z'],
    ['Africa/Monrovia', '1972-01-07', '1972-01-07T00:44:30Z'],
    ['Africa/Monrovia', '1972-01-08', '1972-01-08T00:00:00Z'],
    // There is no such day: it lasts no time.
    ['Pacific/Apia', '2011-12-30', '2011-12-30T10:00:00Z'],
    ['Pacific/Apia', '2011-12-31', '2011-12-30T10:00:00Z'],
    ['Etc/GMT+12', '2024-09-08', '2024-09-08T12:00:00Z'],
    ['Antarctica/Troll', '2024-03-31', '2024-03-31T00:00:00Z'],
  ])('lets the day of %s begin at its first moment: %s at %s', (timeZone, day, start) => {
    const calendar = new ServiceCalendar(timeZone);
    const at = calendar.startOf(day);

    expect(at).toEqual(new Date(start));
    expect(calendar.dayOf(new Date(at.getTime() - 1)) < day).toBe(true);
    expect([day, shiftDay(day, 1)]).toContain(calendar.dayOf(at));
  });

  it('does not let a day come back, nor one be that does not exist', () => {
    const [johns, apia] = ['America/St_Johns', 'Pacific/Apia'].map((zone) => new ServiceCalendar(zone));
    // The minute after midnight, and the hour that follows it once more before midnight.
    const moments = ['02:29:59', '02:30:00', '02:31:00', '03:29:59', '03:30:00'];
    const days = moments.map((time) => johns?.dayOf(new Date(`2006-10-29T${time}Z`)));

    expect(days).toEqual(['2006-10-28', '2006-10-29', '2006-10-29', '2006-10-29', '2006-10-29']);
    expect(apia?.dayOf(new Date('2011-12-30T09:59:59.999Z'))).toBe('2011-12-29');
    expect(apia?.dayOf(new Date('2011-12-30T10:00:00.000Z'))).toBe('2011-12-31');
  });

  describe(`in any zone (seed ${SEED})`, () => {
    const zone = fc.constantFrom(...ZONES);
    const second = fc.integer({ min: FROM / 1_000, max: UNTIL / 1_000 });
    const parameters = { seed: SEED, numRuns: 1_500 };

    it('has the day that clocks have last come to', () => {
      fc.assert(
        fc.property(zone, second, (timeZone, at) => {
          const moment = at * 1_000;
          expect(new ServiceCalendar(timeZone).dayOf(new Date(moment))).toBe(dayByClocks(timeZone, moment));
        }),
        parameters,
      );
    });

    it('begins each day when clocks first show it', () => {
      fc.assert(
        fc.property(zone, second, (timeZone, at) => {
          const day = dayByClocks(timeZone, at * 1_000);
          expect(isFirstShown(timeZone, new ServiceCalendar(timeZone), day)).toBe(true);
        }),
        parameters,
      );
    });
  });

  it('begins each day around which clocks were changed near midnight, in every zone, when they first show it', () => {
    const changes = ZONES.flatMap((timeZone) => changesNearMidnight(timeZone));

    // Chile, Brazil, Cuba, Egypt, Lebanon, Jordan, Iran, Paraguay, Newfoundland, …
    expect(changes.length).toBeGreaterThan(1_000);
    const wrong = changes.filter(({ timeZone, at }) => {
      const calendar = new ServiceCalendar(timeZone);
      const day = dayByClocks(timeZone, at);
      return !(
        [-1, 0, 1].every((days) => isFirstShown(timeZone, calendar, shiftDay(day, days))) &&
        [at - 1, at, at + HOUR - 1].every(
          (moment) => calendar.dayOf(new Date(moment)) === dayByClocks(timeZone, moment),
        )
      );
    });
    expect(wrong).toEqual([]);
  });
});

/** Whether clocks show the day, or a later one, when it begins, and did not before. */
function isFirstShown(timeZone: string, calendar: ServiceCalendar, day: string): boolean {
  const start = calendar.startOf(day).getTime();
  return dayByClocks(timeZone, start) >= day && dayByClocks(timeZone, start - 1) < day;
}

/** The latest date that clocks have shown: read from them at the moment and at each quarter of an hour before it. */
function dayByClocks(timeZone: string, moment: number): string {
  let day = shown(timeZone, moment).slice(0, 10);
  const last = Math.floor(moment / QUARTER_HOUR) * QUARTER_HOUR;
  // No clock was set back by more.
  for (let at = last; at > moment - 2 * HOUR; at -= QUARTER_HOUR) {
    const earlier = shown(timeZone, at).slice(0, 10);
    if (earlier > day) day = earlier;
  }
  return day;
}

/** Moments at which clocks are changed with midnight less than an hour and a half away, or skipped. */
function changesNearMidnight(timeZone: string): { timeZone: string; at: number }[] {
  const found: { timeZone: string; at: number }[] = [];
  let before = offsetAt(timeZone, FROM);
  for (let month = FROM; month < UNTIL; month += MONTH) {
    const after = offsetAt(timeZone, month + MONTH);
    if (before !== after) {
      let [from, until] = [month, month + MONTH];
      while (until - from > 1_000) {
        const middle = Math.floor((from + until) / 2_000) * 1_000;
        if (offsetAt(timeZone, middle) === before) from = middle;
        else until = middle;
      }
      const [dayBefore, dayAfter] = [until - 1.5 * HOUR, until + 1.5 * HOUR].map((moment) =>
        shown(timeZone, moment).slice(0, 10),
      );
      if (dayBefore !== dayAfter) found.push({ timeZone, at: until });
    }
    before = after;
  }
  return found;
}

function offsetAt(timeZone: string, moment: number): number {
  return Date.parse(`${shown(timeZone, moment)}Z`) - moment;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** What clocks of a zone show at a moment, such as `2024-09-08 01:00:00`. */
function shown(timeZone: string, moment: number): string {
  let clock = clocks.get(timeZone);
  if (!clock) {
    // Sweden writes dates and times as ISO 8601 does.
    clock = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
    clocks.set(timeZone, clock);
  }
  return clock.format(moment);
}
