import { Timeline } from './timeline';

describe(Timeline.name, () => {
  it('begins at a midnight of the time zone and ends now', () => {
    const timeline = new Timeline(new Date('2026-03-11T03:30:15.900Z'), 'America/Bogota', 2);

    expect(timeline.days).toEqual(['2026-03-08', '2026-03-09', '2026-03-10']);
    expect(timeline.stamp(0)).toBe('2026-03-08T05:00:00Z');
    expect(timeline.stamp(timeline.end)).toBe('2026-03-11T03:30:15Z');
    expect(timeline.dayOf(86_399)).toBe(0);
    expect(timeline.dayOf(86_400)).toBe(1);
  });

  it('knows days of 23 hours', () => {
    // Clocks in Madrid went forward on 2026-03-29.
    const timeline = new Timeline(new Date('2026-03-30T10:00:00Z'), 'Europe/Madrid', 2);

    expect(timeline.stamp(0)).toBe('2026-03-27T23:00:00Z');
    expect(timeline.dayStart(2) - timeline.dayStart(1)).toBe(23 * 3_600);
  });

  it('knows the middle of any day, also of one that begins at 01:00', () => {
    const timeline = new Timeline(new Date('2024-09-10T10:00:00Z'), 'America/Santiago', 2);

    expect(timeline.stamp(0)).toBe('2024-09-08T04:00:00Z');
    expect(['2024-09-07', '2024-09-08'].map((day) => timeline.noonOf(day))).toEqual([
      '2024-09-07T16:00:00.000Z',
      '2024-09-08T16:00:00.000Z',
    ]);
  });

  it('writes any second, in whatever order', () => {
    const timeline = new Timeline(new Date('2026-03-11T12:00:00Z'), 'UTC', 1);

    expect([61, 5, 60, 3_599].map((second) => timeline.stamp(second))).toEqual([
      '2026-03-10T00:01:01Z',
      '2026-03-10T00:00:05Z',
      '2026-03-10T00:01:00Z',
      '2026-03-10T00:59:59Z',
    ]);
  });
});
