import { Dice } from '../../../common/dice';
import { StartupError } from '../../../common/program/startup-error';
import type { ValidatorPage, ValidatorResponse } from '../../../modules/validators/dto/validators.dto';
import type { ServiceClient } from '../../service-traffic/service-client';
import { HotlistCopy } from './hotlist-copy';
import { type Outage, planOutages } from './outages';
import { TapCounts } from './tap-counts';
import { Validator } from './validator';

/** The validators of the service: which of them is where, and which of them is away when. */
export class Validators {
  readonly counts = new TapCounts();
  private readonly byId: ReadonlyMap<number, Validator>;
  private readonly byStation = new Map<number, Validator>();
  private readonly byRoute = new Map<number, Validator>();
  private hotlist: Promise<HotlistCopy>;

  private constructor(
    private readonly client: ServiceClient,
    devices: readonly ValidatorResponse[],
    hotlist: HotlistCopy,
    readonly outages: readonly Outage[],
    seed: number,
  ) {
    const dice = new Dice(seed, 'lost answers');
    this.hotlist = Promise.resolve(hotlist);
    this.byId = new Map(
      devices.map((device) => [
        device.validator_id,
        new Validator(client, this.counts, dice, device, hotlist),
      ]),
    );
    for (const validator of this.byId.values()) {
      const { station_id, route_id } = validator.device;
      if (station_id !== null && !this.byStation.has(station_id)) this.byStation.set(station_id, validator);
      if (station_id === null && route_id !== null && !this.byRoute.has(route_id))
        this.byRoute.set(route_id, validator);
    }
  }

  /** @throws StartupError if the service has no validators. */
  static async learn(
    client: ServiceClient,
    plan: { readonly seed: number; readonly offline: number; readonly durationMs: number },
  ): Promise<Validators> {
    const devices = await learnDevices(client);
    if (devices.length === 0)
      throw new StartupError(
        'the service has no validators that could go offline: POST /validators registers them',
      );
    const outages = planOutages(
      devices.map(({ validator_id }) => validator_id),
      plan,
    );
    return new Validators(client, devices, await HotlistCopy.fetch(client), outages, plan.seed);
  }

  get size(): number {
    return this.byId.size;
  }

  /** The validator at which riders of a route get in and out at a station, if there is one. */
  at(routeId: number, stationId: number): Validator | null {
    return this.byStation.get(stationId) ?? this.byRoute.get(routeId) ?? null;
  }

  lose({ validator_id }: Outage): void {
    // One copy for all: each is brought up to date from the one before.
    this.hotlist = this.hotlist.then((copy) => copy.refreshed(this.client));
    this.hotlist.catch(() => undefined);
    this.byId.get(validator_id)?.goAway(this.hotlist);
  }

  find({ validator_id }: Outage): void {
    this.byId.get(validator_id)?.comeBack();
  }

  /** Waits until all have reported what they had. */
  async waitUntilReported(): Promise<void> {
    await this.hotlist;
    for (const validator of this.byId.values()) await validator.waitUntilReported();
  }
}

async function learnDevices(client: ServiceClient): Promise<ValidatorResponse[]> {
  const devices: ValidatorResponse[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const from: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page: ValidatorPage = await client.get<ValidatorPage>(`/validators?status=active&limit=100${from}`);
    devices.push(...page.validators);
    cursor = page.next_cursor;
  }
  return devices;
}
