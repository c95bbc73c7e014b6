import { StartupError } from '../../common/program/startup-error';
import { AuthMode, Environment, LimitName, TimeToLiveName } from './environment';
import { isLoopback } from './loopback';

/** The channel of a recharge that names no recharge point. */
export const DEFAULT_CHANNEL = 'default';

/** What one caller may ask for in a minute, where keys are asked for and nothing else is set. */
const USUAL_LIMITS: Readonly<Record<LimitName, number>> = {
  REQUESTS_PER_MINUTE: 60_000,
  WRITES_PER_MINUTE: 6_000,
  LOOKUPS_PER_MINUTE: 600,
  FAILED_AUTHENTICATIONS_PER_MINUTE: 300,
};

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
  /** Who may call: everybody only where nobody but this machine can. */
  readonly authMode: AuthMode;

  constructor(private readonly environment: Environment) {
    this.rechargeLimits = parseRechargeLimits(environment.RECHARGE_LIMITS);
    this.defaultLimits = this.rechargeLimits.get(DEFAULT_CHANNEL) ?? fail();
    const most = environment.MAX_CARD_BALANCE;
    for (const [channel, { least }] of this.rechargeLimits) {
      if (least > most)
        throw new StartupError(
          `RECHARGE_LIMITS: the least recharge of the channel ${channel} is larger than MAX_CARD_BALANCE, which is ${most}`,
        );
    }
    if (environment.REDIS_SENTINELS && !environment.REDIS_URL)
      throw new StartupError(
        'REDIS_SENTINELS also needs REDIS_URL, which has the user, the password and the database',
      );
    if (environment.METRICS_PORT && environment.METRICS_PORT === environment.PORT)
      throw new StartupError(
        'METRICS_PORT must be another port than PORT, which serves the metrics to callers with a key anyway',
      );
    this.authMode = authModeOf(environment);
    this.tripMaxMilliseconds = environment.TRIP_MAX_HOURS * 3_600_000;
  }

  get<Name extends keyof Environment>(name: Name): Environment[Name] {
    return this.environment[name];
  }

  /** Requests a minute; 0: as many as they like. */
  limit(name: LimitName): number {
    return this.environment[name] ?? (this.authMode === 'required' ? USUAL_LIMITS[name] : 0);
  }

  /** The items of a list, which may be missing. */
  list(name: 'TRUSTED_PROXIES' | 'CORS_ORIGINS'): readonly string[] {
    return this.environment[name]?.split(',') ?? [];
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

  /** How many writes may use the pool of connections at once: the rest of it is for reads. */
  get writeSeats(): number {
    const size = this.environment.DATABASE_POOL_SIZE;
    return Math.max(size - Math.ceil(size / 4), 1);
  }

  /** From how many commits without a reply on further writes are refused. */
  get unansweredCommitsLimit(): number {
    return Math.max(Math.floor(this.writeSeats / 2), 1);
  }

  get simulationAllowed(): boolean {
    return this.environment.SIMULATION === 'on';
  }
}

/** @throws StartupError when everybody could call from anywhere. */
function authModeOf({ AUTH, HOST, DATABASE_URL }: Environment): AuthMode {
  if (AUTH === undefined) return isLoopback(HOST) && !DATABASE_URL ? 'open' : 'required';
  if (AUTH === 'open' && !isLoopback(HOST))
    throw new StartupError(
      'AUTH=open is only for a loopback HOST such as 127.0.0.1, since everybody who reaches the service may do everything: with another HOST set AUTH=required (callers show a key), or AUTH=trusted-network (something in front decides who calls)',
    );
  return AUTH;
}

/** @throws StartupError when a range is empty, or a channel has two. */
function parseRechargeLimits(text: string): ReadonlyMap<string, RechargeLimits> {
  const entries = text.split(',').map(parseChannelLimits);
  const limits = new Map(entries);
  if (limits.size === entries.length) return limits;
  const [twice] =
    entries.find(([channel], place) => entries.findIndex(([same]) => same === channel) < place) ?? [];
  throw new StartupError(`RECHARGE_LIMITS has two limits for the channel ${twice}`);
}

function parseChannelLimits(entry: string): [string, RechargeLimits] {
  const [channel = '', range = ''] = entry.split(':');
  const [least = 0, most = 0] = range.split('-').map(Number);
  if (least < 1 || most < least || !Number.isSafeInteger(most)) {
    throw new StartupError(
      `RECHARGE_LIMITS: the least amount must be 1 or more, and the most no less than it: ${entry}`,
    );
  }
  return [channel, { least, most }];
}

function fail(): never {
  throw new StartupError(`RECHARGE_LIMITS must have limits for the channel ${DEFAULT_CHANNEL}`);
}
