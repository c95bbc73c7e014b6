import { clockOffsetMs, correctedTime } from './device-clock';
import { isRepetition, type KnownTap, type Tap, timeOf, unreadableTimeOf } from './tap';

const NOW = new Date('2026-03-01T04:59:58.600Z');
const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const DAY = 24 * HOUR;

describe(clockOffsetMs, () => {
  it.each([
    ['right', 0, 0],
    ['a minute behind, which the way of the batch may have taken', 60 * SECOND, 0],
    ['a minute ahead', -60 * SECOND, 0],
    ['more than a minute behind', 60 * SECOND + 1, 60 * SECOND],
    ['more than a minute ahead', -61 * SECOND, -61 * SECOND],
    ['an hour behind, and half a second on its way', HOUR + 499, HOUR],
    ['a day ahead', -DAY, -DAY],
    ['in 1970', NOW.getTime() - 600, NOW.getTime() - 600],
  ])('of a clock that is %s', (_, behind, offset) => {
    expect(clockOffsetMs(new Date(NOW.getTime() - behind), NOW)).toBe(offset);
  });
});

describe(correctedTime, () => {
  it.each([
    ['2026-02-28T23:59:59Z', 0, '2026-02-28T23:59:59.000Z'],
    ['2026-02-28T23:59:59Z', SECOND, '2026-03-01T00:00:00.000Z'],
    ['1970-01-01T00:00:05Z', NOW.getTime(), '2026-03-01T05:00:03.600Z'],
    ['2026-03-01T10:44:00.123456+05:45', 0, '2026-03-01T04:59:00.123Z'],
    ['2026-03-01T04:59:00-00:00', 0, '2026-03-01T04:59:00.000Z'],
    ['2026-02-28T05:00:00-23:59', 0, '2026-03-01T04:59:00.000Z'],
  ])('of %s, by %d ms', (shown, offset, time) => {
    expect(correctedTime(shown, offset)?.toISOString()).toBe(time);
  });

  it.each([
    '',
    'yesterday',
    '2026-01-01',
    '2026-01-01T00:00:00',
    '2026-02-30T00:00:00Z',
    '2016-12-31T23:59:60Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:00:00+24:00',
    '+012026-01-01T00:00:00Z',
    '1767225600000',
    '２０２６-01-01T00:00:00Z',
  ])('is none of "%s"', (shown) => {
    expect(correctedTime(shown, 0)).toBeNull();
  });

  it('is none where the clock of the device leads out of the calendar', () => {
    expect(correctedTime('1970-01-01T00:00:00Z', -DAY)).toBeNull();
    expect(correctedTime('9998-12-31T00:00:00Z', 2 * DAY)).toBeNull();
  });
});

describe(isRepetition, () => {
  const tap = (given: Partial<Tap> = {}): Tap => ({
    sequence: 1,
    kind: 'entry',
    decision: 'accepted',
    card_number: '1010',
    route_id: 1,
    station_id: null,
    tapped_at: '2026-02-28T12:00:00Z',
    corrected_at: new Date('2026-02-28T12:00:00Z'),
    hotlist_version: 1,
    ...given,
  });
  const known = (of: Tap): KnownTap => {
    const time = timeOf(of);
    return { ...of, tapped_at: time === null ? null : new Date(time), unreadable_at: unreadableTimeOf(of) };
  };

  it.each<[string, Partial<Tap>]>([
    ['the same', {}],
    ['the same moment in other words', { tapped_at: '2026-02-28T07:00:00.000-05:00' }],
    ['another correction of the clock', { corrected_at: new Date(0) }],
    ['a clock that now leads out of the calendar', { corrected_at: null }],
    ['another version of the hotlist', { hotlist_version: 2 }],
  ])('is %s', (_, given) => {
    expect(isRepetition(tap(given), known(tap()))).toBe(true);
  });

  it.each<[string, Partial<Tap>]>([
    ['kind', { kind: 'exit' }],
    ['decision', { decision: 'refused' }],
    ['card', { card_number: '1011' }],
    ['route', { route_id: null }],
    ['station', { station_id: 1 }],
    ['time', { tapped_at: '2026-02-28T12:00:00.001Z' }],
    ['time, which is no moment', { tapped_at: 'noon', corrected_at: null }],
  ])('is not one with another %s', (_, given) => {
    expect(isRepetition(tap(given), known(tap()))).toBe(false);
  });

  it('tells what is no moment by what was sent', () => {
    const [noon, night] = ['noon', 'night'].map((tapped_at) => tap({ tapped_at, corrected_at: null }));
    expect(noon && isRepetition(noon, known(noon))).toBe(true);
    expect(noon && night && isRepetition(noon, known(night))).toBe(false);
    expect(noon && isRepetition(tap(), known(noon))).toBe(false);
  });
});
