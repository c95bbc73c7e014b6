import { StartupError } from '../common/startup-error';
import { Environment, TimeToLiveName } from './environment';

/** The channel of a recharge that names no recharge point. */
export const DEFAULT_CHANNEL = 'default';

/** Least and most that one recharge of a channel may bring, in whole units of the currency. */
export interface RechargeLimits {
  readonly least: number;
  readonly most: number;
}

/** What the environment means to the service; nothing else reads the environment. */
export class AppConfig {
  private readonly rechargeLimits: ReadonlyMap<string, RechargeLimits>;
  private readonly defaultLimits: RechargeLimits;
  readonly tripMaxMilliseconds: number;

  constructor(private readonly environment: Environment) {
    this.rechargeLimits = parseRechargeLimits(environment.RECHARGE_LIMITS);
    this.defaultLimits = this.rechargeLimits.get(DEFAULT_CHANNEL) ?? fail();
    this.tripMaxMilliseconds = environment.TRIP_MAX_HOURS * 3_600_000;
  }

  get<Name extends keyof Environment>(name: Name): Environment[Name] {
    return this.environment[name];
  }

  /** Milliseconds that an answer of this kind may stay in the cache. */
  timeToLive(name: TimeToLiveName): number {
    return this.environment[name] * 1_000;
  }

  /** The channels that have limits of their own. */
  get rechargeChannels(): readonly string[] {
    return [...this.rechargeLimits.keys()];
  }

  limitsOf(channel: string): RechargeLimits {
    return this.rechargeLimits.get(channel) ?? this.defaultLimits;
  }

  get simulationAllowed(): boolean {
    return this.environment.SIMULATION === 'on';
  }
}

/** @throws StartupError when a range is empty. */
function parseRechargeLimits(text: string): ReadonlyMap<string, RechargeLimits> {
  return new Map(text.split(',').map(parseChannelLimits));
}

function parseChannelLimits(entry: string): [string, RechargeLimits] {
  const [channel = '', range = ''] = entry.split(':');
  const [least = 0, most = 0] = range.split('-').map(Number);
  if (least < 1 || most < least || !Number.isSafeInteger(most)) {
    throw new StartupError(
      `RECHARGE_LIMITS must have 1 or more as the least and no less as the most: ${entry}`,
    );
  }
  return [channel, { least, most }];
}

function fail(): never {
  throw new StartupError(`RECHARGE_LIMITS must have limits for the channel ${DEFAULT_CHANNEL}`);
}
