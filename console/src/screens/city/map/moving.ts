import type { MapVehicle } from './draw';
import type { Point } from './projection';

/** Positions come every five seconds; in between vehicles drive on towards them. */
const DRIVE_MS = 5_000;
/** Who is further away was not seen on the way. */
const FURTHEST = 5e-5;

/** Vehicles on their way from where they were shown to where they were seen. */
export class Moving {
  private from: ReadonlyMap<number, Point> = new Map();
  private to: readonly MapVehicle[] = [];
  private startedAt = -Infinity;

  /** @param isStill who wants no motion sees them where they were seen. */
  drive(to: readonly MapVehicle[], now: number, isStill: boolean): void {
    this.from = new Map(this.at(now).map(({ id, point }) => [id, point]));
    this.to = to;
    this.startedAt = isStill ? -Infinity : now;
  }

  isDriving(now: number): boolean {
    return now - this.startedAt < DRIVE_MS;
  }

  at(now: number): readonly MapVehicle[] {
    if (!this.isDriving(now)) return this.to;
    const share = (now - this.startedAt) / DRIVE_MS;
    return this.to.map((vehicle) => {
      const from = this.from.get(vehicle.id);
      if (!from) return vehicle;
      const [dx, dy] = [vehicle.point.x - from.x, vehicle.point.y - from.y];
      if (Math.hypot(dx, dy) > FURTHEST) return vehicle;
      return { ...vehicle, point: { x: from.x + dx * share, y: from.y + dy * share } };
    });
  }
}
