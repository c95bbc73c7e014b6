import type { RideableRoute } from '../../modules/trips/rideable-network';
import { digestOf, planMorning } from './morning';

const ROUTES: readonly RideableRoute[] = [
  { route_id: 1, route_type: 'ZONAL_UCE', stops: stops(1, 2, 10) },
  { route_id: 2, route_type: 'TRONCAL', stops: stops(10, 11, 12) },
];
const SIZE = { seed: 3, taps: 2_000, rate: 100, cards: 400 };

function stops(...ids: readonly number[]): RideableRoute['stops'] {
  return ids.map((station_id) => ({ station_id, is_active: true }));
}

describe(planMorning, () => {
  const morning = planMorning(ROUTES, SIZE);
  const { taps, riders } = morning;

  it('has as many taps and riders as were asked for, at the rate, on average', () => {
    expect(taps).toHaveLength(2_000);
    expect(riders).toHaveLength(400);
    expect(taps[0]?.at).toBeGreaterThanOrEqual(0);
    expect(taps.at(-1)?.at).toBeLessThanOrEqual(20_000);
    expect(taps.at(-1)?.at).toBeGreaterThan(19_900);
  });

  it('has a peak of about twice the average', () => {
    const bySecond = Array.from({ length: 20 }, (_, second) => {
      return taps.filter(({ at }) => Math.floor(at / 1_000) === second).length;
    });
    expect(Math.max(...bySecond)).toBeGreaterThan(160);
    expect(Math.max(...bySecond)).toBeLessThan(250);
    expect(bySecond.indexOf(Math.max(...bySecond))).toBeGreaterThan(8);
  });

  it('lets everybody get off before boarding again, unless the rider forgets it', () => {
    const before = new Map<number, number>();
    const early = taps.filter(({ at, rider, exitAt }) => {
      const freeFrom = before.get(rider) ?? 0;
      before.set(rider, exitAt ?? 0);
      return at < freeFrom;
    });
    // At the peak the turns come twice as fast as on average.
    expect(early.length).toBeLessThan(taps.length / 5);
    expect(taps.filter(({ exitAt }) => exitAt === null).length).toBeGreaterThan(0);
  });

  it('has riders of all kinds', () => {
    expect(new Set(riders.map(({ category }) => category))).toEqual(
      new Set([null, 'standard', 'senior', 'sisben', 'disability']),
    );
    expect(new Set(riders.map(({ isCareful }) => isCareful)).size).toBe(2);
    expect(riders.some(({ isBlocked }) => isBlocked)).toBe(true);
  });

  it('is the same for the same seed, and another for another', () => {
    expect(digestOf(planMorning(ROUTES, SIZE))).toBe(digestOf(morning));
    expect(digestOf(planMorning(ROUTES, { ...SIZE, seed: 4 }))).not.toBe(digestOf(morning));
  });

  it('has no taps where nobody can board', () => {
    expect(planMorning([], SIZE).taps).toEqual([]);
  });
});
