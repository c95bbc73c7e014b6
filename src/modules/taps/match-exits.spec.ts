import { type EndableTrip, type ExitTap, matchExits } from './match-exits';

const MINUTE = 60_000;
const MOST = 240 * MINUTE;
const MORNING = Date.parse('2026-03-02T12:00:00Z');
const at = (minutes: number): Date => new Date(MORNING + minutes * MINUTE);

const trip = (trip_id: number, minutes: number, given: Partial<EndableTrip> = {}): EndableTrip => ({
  trip_id,
  boarding_time: at(minutes),
  validator_id: 7,
  tap_sequence: trip_id,
  route_id: 1,
  disembarking_time: null,
  ...given,
});
const exit = (sequence: number, minutes: number, route_ids: readonly number[] = [1]): ExitTap => ({
  validator_id: 8,
  sequence,
  at: at(minutes),
  station_id: 5,
  route_ids: new Set(route_ids),
});
/** The exits by their trips, as sequence numbers. */
function matched(trips: readonly EndableTrip[], exits: readonly ExitTap[]): Record<number, number> {
  const found = [...matchExits(trips, exits, MOST)].map(([id, { sequence }]) => [id, sequence] as const);
  return Object.fromEntries(found);
}

describe(matchExits, () => {
  it('ends the last trip before the exit, in whatever order both are given', () => {
    const [trips, exits] = [
      [trip(1, 0), trip(2, 60), trip(3, 120)],
      [exit(1, 30), exit(2, 150)],
    ] as const;
    expect(matched(trips, exits)).toEqual({ 1: 1, 3: 2 });
    expect(matched(trips.toReversed(), exits.toReversed())).toEqual({ 1: 1, 3: 2 });
  });

  it.each<[string, EndableTrip, ExitTap]>([
    ['begins after it', trip(1, 31), exit(1, 30)],
    ['has an end', trip(1, 0, { disembarking_time: at(10) }), exit(1, 30)],
    ['began too long ago', trip(1, 0), exit(1, 241)],
    ['does not stop there', trip(1, 0), exit(1, 30, [2, 3])],
  ])('ends no trip that %s', (_, one, other) => {
    expect(matched([one], [other])).toEqual({});
  });

  it.each<[string, EndableTrip, ExitTap]>([
    ['begins at the same moment', trip(1, 30), exit(1, 30)],
    ['has taken as long as a trip may', trip(1, 0), exit(1, 240)],
    ['was told at a gate', trip(1, 0, { validator_id: null, tap_sequence: null }), exit(1, 30)],
  ])('ends a trip that %s', (_, one, other) => {
    expect(matched([one], [other])).toEqual({ 1: 1 });
  });

  it('ends a trip once, by the first exit, and no trip before it', () => {
    expect(matched([trip(1, 0), trip(2, 60)], [exit(3, 90), exit(2, 80)])).toEqual({ 2: 2 });
    expect(matched([trip(1, 0)], [exit(2, 30), exit(1, 30)])).toEqual({ 1: 1 });
  });
});
