import fc from 'fast-check';
import { FIRST_DAY, FIRST_MOMENT, isDay, isMoment, LAST_DAY, LAST_MOMENT } from './moment';

describe(isMoment.name, () => {
  it.each([
    '2026-01-14T12:00:00Z',
    '2026-01-14T12:00:00.123456789Z',
    '2026-01-14T23:59:59-05:00',
    '2026-01-14T12:00:00-00:00',
    '2024-02-29T00:00:00+14:00',
    FIRST_MOMENT,
    LAST_MOMENT,
    '1969-12-31T19:00:00-05:00',
    '9999-01-01T13:59:59+14:00',
  ])('takes %s', (text) => {
    expect(isMoment(text)).toBe(true);
  });

  it.each([
    '9999-12-31T23:59:59-12:00',
    '9999-12-31T23:59:59Z',
    '9998-12-31T23:59:59-00:01',
    '1970-01-01T00:00:00+00:01',
    '1899-12-31T23:59:59Z',
    '0000-01-01T00:00:00Z',
    '+010000-01-01T00:00:00Z',
    '-000001-01-01T00:00:00Z',
    '2026-01-14',
    '2026-01-14T12:00:00',
    '2026-01-14T12:00Z',
    '2026-01-14 12:00:00Z',
    '2026-01-14t12:00:00z',
    '2026-02-29T12:00:00Z',
    '2026-02-31T12:00:00Z',
    '2026-04-31T12:00:00Z',
    '2026-13-01T12:00:00Z',
    '2026-00-01T12:00:00Z',
    '2026-01-00T12:00:00Z',
    '2026-01-14T24:00:00Z',
    '2026-01-14T12:60:00Z',
    '2016-12-31T23:59:60Z',
    '2016-12-31T18:59:60-05:00',
    '2026-01-14T12:00:00+24:00',
    '2026-01-14T12:00:00+99:99',
    '2026-01-14T12:00:00+05:60',
    '2026-01-14T12:00:00+0500',
    '2026-01-14T12:00:00+05',
    '2026-01-14T12:00:00.Z',
    '2026-01-14T12:00:00,5Z',
    '2026-01-14T12:00:00.1234567890Z',
    '2026-01-14T12:00:00Z ',
    '2026-01-14T12:00:00Z\n',
    '２０２６-01-14T12:00:00Z',
    '2026-W03-3T12:00:00Z',
    '',
    0,
    null,
    undefined,
    new Date(0),
    ['2026-01-14T12:00:00Z'],
  ])('refuses %p', (value) => {
    expect(isMoment(value)).toBe(false);
  });

  it('takes a moment in every spelling, or in none', () => {
    const moments = fc.date({
      min: new Date('1969-01-01Z'),
      max: new Date('9999-12-30Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(moments, fc.integer({ min: -720, max: 840 }), (moment, offset) => {
        const local = new Date(moment.getTime() + offset * 60_000).toISOString().slice(0, -1);
        const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60];
        const zone = [hours, minutes].map((each) => String(each).padStart(2, '0')).join(':');
        const text = `${local}${offset < 0 ? '-' : '+'}${zone}`;

        expect(Date.parse(text)).toBe(moment.getTime());
        expect(isMoment(text)).toBe(isMoment(moment.toISOString()));
      }),
    );
  });
});

describe(isDay.name, () => {
  it.each([FIRST_DAY, LAST_DAY, '2024-02-29', '2026-01-14'])('takes %s', (text) => {
    expect(isDay(text)).toBe(true);
  });

  it.each([
    '1899-12-31',
    '9999-01-01',
    '9999-12-31',
    '0000-01-01',
    '+02026-01-14',
    '2026-02-29',
    '2026-02-30',
    '2026-04-31',
    '2026-1-14',
    '2026-01-14T00:00:00Z',
    '20260114',
    '2026-01-14\n',
    '',
    20_260_114,
    null,
  ])('refuses %p', (value) => {
    expect(isDay(value)).toBe(false);
  });
});
