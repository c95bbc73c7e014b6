import { existsSync } from 'node:fs';
import { plainToInstance, Transform } from 'class-transformer';
import {
  IsIn,
  IsInt,
  IsISO4217CurrencyCode,
  IsOptional,
  IsString,
  IsTimeZone,
  Matches,
  Max,
  Min,
  ValidateBy,
  validateSync,
} from 'class-validator';
import { LOG_FORMATS, type LogFormat } from '../../common/program/log-output';
import { readSmallFile } from '../../common/program/regular-file';
import { StartupError } from '../../common/program/startup-error';
import {
  hasOneHost,
  isDatabaseUrl,
  isHttpsOrLoopback,
  isListOfHosts,
  isListOfNetworks,
  isListOfOrigins,
  isRedisUrl,
  isSignInCallback,
} from './server-url';

const integer = ({ value }: { value: unknown }): unknown =>
  typeof value === 'string' && /^-?\d+$/.test(value.trim()) ? Number(value) : value;

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
const PERCENT = 'with special characters percent-encoded';
const ON_OFF = ['on', 'off'] as const;
const AUTH_MODES = ['open', 'trusted-network', 'required'] as const;
const ASYMMETRIC = 'RS256|RS384|RS512|PS256|PS384|PS512|ES256|ES384|ES512|EdDSA';
/** Variables that are secrets: each may be the text of a file, which NAME_FILE names. */
const SECRETS = ['DATABASE_URL', 'REDIS_URL', 'OIDC_CLIENT_SECRET', 'TRAVEL_RECHARGE_KEY'] as const;

/** Bytes. */
const LARGEST_SECRET = 65_536;

/** Who may call. */
export type AuthMode = (typeof AUTH_MODES)[number];

/** An integer variable between two bounds, ends included. */
function Integer(min: number, max: number): PropertyDecorator {
  const message = `must be a whole number from ${min} to ${max}`;
  return (target, property) => {
    Transform(integer)(target, property);
    IsInt({ message })(target, property);
    Min(min, { message })(target, property);
    Max(max, { message })(target, property);
  };
}

function OneOf(values: readonly string[]): PropertyDecorator {
  return IsIn(values, { message: `must be one of ${values.join(', ')}` });
}

/** A text of which `holds` is true. */
function That(holds: (text: string) => boolean, message: string): PropertyDecorator {
  const validate = (value: unknown): boolean => typeof value === 'string' && holds(value);
  return ValidateBy({ name: 'that', validator: { validate, defaultMessage: () => message } });
}

/** Requests a minute; 0: as many as they like. */
const PerMinute = (): PropertyDecorator => Integer(0, 1_000_000_000);

/** Seconds that an answer may stay in the cache. */
const TimeToLive = (): PropertyDecorator => Integer(1, 86_400);

/** The environment as typed values, one property for each variable of `.env.example`. */
export class Environment {
  @Integer(0, 65_535)
  PORT = 8000;

  @IsString()
  HOST = '127.0.0.1';

  @Integer(1, 64)
  WORKERS = 1;

  @Integer(0, 300_000)
  SHUTDOWN_DELAY_MS = 0;

  @IsOptional()
  @Integer(0, 65_535)
  METRICS_PORT?: number;

  @IsString()
  METRICS_HOST = '127.0.0.1';

  @IsOptional()
  @OneOf(AUTH_MODES)
  AUTH?: AuthMode;

  @IsOptional()
  @IsString()
  ADMIN_KEY_FILE?: string;

  @Integer(1, 3_650)
  KEY_MOST_DAYS = 365;

  /** Whole units of the currency. */
  @Integer(0, 1_000_000_000)
  AGENT_MOST_REVERSAL = 50_000;

  /** Whole units of the currency. */
  @Integer(0, 1_000_000_000_000)
  AGENT_MOST_REVERSAL_DAY = 500_000;

  @IsOptional()
  @That(isHttpsOrLoopback, 'must be a URL such as https://id.example.org, without user, query or fragment')
  OIDC_ISSUER?: string;

  @IsOptional()
  @IsString()
  OIDC_AUDIENCE?: string;

  @OneOf(['at+jwt', 'JWT'])
  OIDC_TOKEN_TYPE: 'at+jwt' | 'JWT' = 'at+jwt';

  @Matches(new RegExp(`^(${ASYMMETRIC})(,(${ASYMMETRIC}))*$`), {
    message: `must be some of ${ASYMMETRIC.replaceAll('|', ', ')}, separated by commas`,
  })
  OIDC_ALGORITHMS = 'RS256,PS256,ES256,EdDSA';

  @Integer(1, 1_440)
  OIDC_MOST_MINUTES = 90;

  @IsString()
  OIDC_ROLE_CLAIM = 'roles';

  @IsOptional()
  @Matches(/^[^,]+=\w+(,[^,]+=\w+)*$/, {
    message: 'must be value=role, separated by commas, such as travel-agents=agent,travel-auditors=auditor',
  })
  OIDC_ROLES?: string;

  @IsOptional()
  @IsString()
  OIDC_USER_CLAIM?: string;

  @IsOptional()
  @IsString()
  OIDC_CLIENT_ID?: string;

  @IsOptional()
  @IsString()
  OIDC_CLIENT_SECRET?: string;

  @OneOf(['client_secret_basic', 'client_secret_post'])
  OIDC_CLIENT_AUTHENTICATION: 'client_secret_basic' | 'client_secret_post' = 'client_secret_basic';

  @IsOptional()
  @That(isSignInCallback, 'must be a URL such as https://recharge.example.org/console/sign-in/callback')
  OIDC_REDIRECT_URI?: string;

  @Matches(/^([!-~]+ )*openid( [!-~]+)*$/, { message: 'must be openid, and others separated by blanks' })
  OIDC_SCOPE = 'openid';

  @IsOptional()
  @Matches(/^[\w.-]+=[^&=\s]*(&[\w.-]+=[^&=\s]*)*$/, {
    message: 'must be name=value, joined by &, such as resource=https://recharge.example.org',
  })
  OIDC_PARAMETERS?: string;

  @IsOptional()
  @Matches(/^[^\p{C}]{1,60}$/u, { message: 'must be a name of at most 60 characters' })
  OIDC_NAME?: string;

  @IsOptional()
  @PerMinute()
  REQUESTS_PER_MINUTE?: number;

  @IsOptional()
  @PerMinute()
  WRITES_PER_MINUTE?: number;

  @IsOptional()
  @PerMinute()
  LOOKUPS_PER_MINUTE?: number;

  @IsOptional()
  @PerMinute()
  FAILED_AUTHENTICATIONS_PER_MINUTE?: number;

  @IsOptional()
  @That(isListOfNetworks, 'must be addresses or networks, separated by commas, such as 10.0.0.5,10.1.0.0/16')
  TRUSTED_PROXIES?: string;

  @IsOptional()
  @That(isListOfOrigins, 'must be origins, separated by commas, such as https://console.example.org')
  CORS_ORIGINS?: string;

  @Integer(100, 600_000)
  HTTP_HEADERS_TIMEOUT_MS = 10_000;

  @Integer(100, 600_000)
  HTTP_REQUEST_TIMEOUT_MS = 30_000;

  @Integer(10, 60_000)
  HTTP_CHECK_INTERVAL_MS = 1_000;

  @Integer(100, 3_600_000)
  HTTP_KEEP_ALIVE_TIMEOUT_MS = 72_000;

  @Integer(1_000, 3_600_000)
  HTTP_SILENCE_TIMEOUT_MS = 120_000;

  @Integer(20, 60_000)
  OVERLOAD_EVENT_LOOP_DELAY_MS = 1_000;

  @Integer(0, 10_000)
  EVENT_WATCHERS = 100;

  @Integer(1, 10_000)
  EVENT_WATCHERS_PER_CLIENT = 10;

  @IsOptional()
  @That(isDatabaseUrl, `must be a URL such as postgres://user:password@host:5432/database, ${PERCENT}`)
  @That(
    hasOneHost,
    'must name one host: let HAProxy or a virtual address, which lead to the primary, stand before several',
  )
  DATABASE_URL?: string;

  @IsOptional()
  @That(
    isRedisUrl,
    `must be a URL such as redis://user:password@host:6379 or redis://host:6379/0, ${PERCENT}`,
  )
  REDIS_URL?: string;

  @IsString()
  DATA_DIR = '.data';

  @IsOptional()
  @OneOf(ON_OFF)
  DEMO_DATA?: (typeof ON_OFF)[number];

  @OneOf(LOG_LEVELS)
  LOG_LEVEL: (typeof LOG_LEVELS)[number] = 'info';

  @IsOptional()
  @OneOf(LOG_FORMATS)
  LOG_FORMAT?: LogFormat;

  @Matches(/^[A-Z]{3}$/, { message: 'must be an ISO 4217 code such as COP' })
  @IsISO4217CurrencyCode({ message: 'must be an ISO 4217 code such as COP' })
  CURRENCY = 'COP';

  @IsTimeZone({ message: 'must be an IANA time zone such as America/Bogota' })
  // No offset: PostgreSQL reads +05:00 as a zone five hours to the west, and ISO 8601 as one to the east.
  @Matches(/^[A-Za-z]/, { message: 'must be an IANA time zone such as America/Bogota' })
  SERVICE_TIME_ZONE = 'America/Bogota';

  @OneOf(ON_OFF)
  SIMULATION: (typeof ON_OFF)[number] = 'off';

  @Integer(1, 48)
  TRIP_MAX_HOURS = 3;

  @Integer(1, 31)
  TAP_MAX_DAYS = 10;

  @Matches(/^[a-z_]+:\d+-\d+(,[a-z_]+:\d+-\d+)*$/, {
    message:
      'must be channel:least-most, separated by commas, such as default:1000-200000,online:10000-200000',
  })
  RECHARGE_LIMITS = 'default:1000-200000,online:10000-200000';

  /** Far enough below 2^53 that the balances of a user's cards add up exactly. */
  @Integer(1, 1_000_000_000_000)
  MAX_CARD_BALANCE = 500_000;

  /** Whole units of the currency. */
  @Integer(0, 1_000_000_000)
  HOTLIST_DEBT = 0;

  @Integer(1, 3_650)
  HOTLIST_KEEP_DAYS = 30;

  @Integer(1, 10_080)
  VALIDATOR_LATE_MINUTES = 60;

  @Integer(1, 365)
  ACTION_DAYS = 60;

  @Integer(1, 500)
  DATABASE_POOL_SIZE = 20;

  @Integer(100, 60_000)
  DATABASE_STATEMENT_TIMEOUT_MS = 5_000;

  @Integer(100, 60_000)
  DATABASE_TRANSACTION_TIMEOUT_MS = 5_000;

  @Integer(100, 60_000)
  DATABASE_CONNECT_TIMEOUT_MS = 3_000;

  @Integer(100, 60_000)
  DATABASE_SILENCE_MS = 750;

  @Integer(100, 60_000)
  IDEMPOTENCY_WAIT_MS = 5_000;

  @Integer(1, 3_650)
  IDEMPOTENCY_KEEP_DAYS = 30;

  /** 0: for ever. */
  @Integer(0, 3_650)
  POSITION_KEEP_DAYS = 7;

  /** 0: for ever. */
  @Integer(0, 3_650)
  ARRIVAL_KEEP_DAYS = 30;

  /** 0: for ever. */
  @Integer(0, 36_500)
  AUDIT_KEEP_DAYS = 0;

  @IsOptional()
  @IsString()
  SEAL_FILE?: string;

  @IsOptional()
  @IsString()
  PROVEN_FILE?: string;

  @Integer(10, 5_000)
  REDIS_TIMEOUT_MS = 100;

  @IsOptional()
  @That(isListOfHosts, 'must be host:port, separated by commas, such as sentinel-1:26379,sentinel-2:26379')
  REDIS_SENTINELS?: string;

  @Matches(/^[\w.-]+$/, { message: 'must be a name such as mymaster' })
  REDIS_SENTINEL_PRIMARY = 'mymaster';

  @Integer(0, 1_000_000)
  CACHE_SAMPLE_ONE_IN = 1_000;

  @OneOf(ON_OFF)
  CACHE_STALE: (typeof ON_OFF)[number] = 'off';

  @TimeToLive()
  TTL_USERS_COUNT = 300;

  @TimeToLive()
  TTL_USERS_ACTIVE_COUNT = 60;

  @TimeToLive()
  TTL_USERS_LATEST = 120;

  @TimeToLive()
  TTL_USER_RECHARGES = 300;

  @TimeToLive()
  TTL_USER_CARD_BALANCE = 300;

  @TimeToLive()
  TTL_CARD_BALANCE = 300;

  @TimeToLive()
  TTL_CARD_HISTORY = 300;

  @TimeToLive()
  TTL_TRIP = 300;

  @TimeToLive()
  TTL_TRIPS_TOTAL = 300;

  @TimeToLive()
  TTL_TRIPS_TOTAL_LOCALITIES = 300;

  @TimeToLive()
  TTL_TRIPS_CARD = 300;

  @TimeToLive()
  TTL_ROUTE_STATIONS = 600;

  @TimeToLive()
  TTL_FINANCE_TOTAL_REVENUE = 60;

  @TimeToLive()
  TTL_FINANCE_REVENUE_LOCALITIES = 60;

  @TimeToLive()
  TTL_STATIONS_LIST = 60;

  @TimeToLive()
  TTL_STATIONS_IDENTIFIERS = 300;

  @TimeToLive()
  TTL_STATION_DETAILS = 300;

  @TimeToLive()
  TTL_STATION_ARRIVALS = 60;

  @TimeToLive()
  TTL_STATION_ALERTS = 60;

  @TimeToLive()
  TTL_ROUTES_CODES = 300;

  @TimeToLive()
  TTL_ROUTE_DETAILS = 300;

  @TimeToLive()
  TTL_ROUTE_LOCATION = 5;

  @TimeToLive()
  TTL_VEHICLE_POSITIONS = 5;

  @TimeToLive()
  TTL_NETWORK = 300;

  @TimeToLive()
  TTL_HOTLIST = 300;

  @TimeToLive()
  TTL_VALIDATORS_LATE = 60;

  @TimeToLive()
  TTL_FARES = 300;

  @TimeToLive()
  TTL_NOT_FOUND = 10;
}

/** The names of the variables that limit what one caller may ask for. */
export type LimitName = Extract<keyof Environment, `${string}_PER_MINUTE`>;

/** The names of the variables that set a time-to-live. */
export type TimeToLiveName = Extract<keyof Environment, `TTL_${string}`>;

/**
 * Reads and validates the environment once, at start; a file `.env` fills in what is unset.
 *
 * @throws StartupError naming every wrong variable and what it allows.
 */
export function readEnvironment(): Environment {
  try {
    if (existsSync('.env')) process.loadEnvFile('.env');
  } catch (error) {
    throw new StartupError(`the file .env cannot be read: ${(error as Error).message}`);
  }
  return parseEnvironment(process.env);
}

/** An empty value counts as unset. A variable that is set wins over the file that `NAME_FILE` names. */
export function parseEnvironment(variables: NodeJS.ProcessEnv): Environment {
  const known = Object.keys(new Environment());
  const given = Object.fromEntries(
    known.flatMap((name) => {
      const value = variables[name] || secretFromFile(name, variables);
      return value ? [[name, value]] : [];
    }),
  );
  const environment = plainToInstance(Environment, given, { exposeDefaultValues: true });
  const complaints = validateSync(environment, { stopAtFirstError: true }).map(
    ({ property, constraints }) => `${property} ${Object.values(constraints ?? {}).join(', ')}`,
  );
  if (complaints.length > 0) throw new StartupError(complaints.join('; '));
  return environment;
}

/** The key that a program calls a service with, from TRAVEL_RECHARGE_KEY or the file that TRAVEL_RECHARGE_KEY_FILE names. */
export function readCallerKey(): string | undefined {
  return process.env.TRAVEL_RECHARGE_KEY || secretFromFile('TRAVEL_RECHARGE_KEY', process.env);
}

/**
 * The one line of the file that NAME_FILE names, as containers hand secrets over.
 *
 * @throws StartupError when it cannot be read, or is not one line: an empty secret must not mean that there is none.
 */
function secretFromFile(name: string, variables: NodeJS.ProcessEnv): string | undefined {
  const file = SECRETS.some((secret) => secret === name) ? variables[`${name}_FILE`] : undefined;
  if (!file) return undefined;
  const line = readSecret(name, file).trim();
  if (!/^.+$/.test(line)) throw new StartupError(`the file that ${name}_FILE names must hold one line`);
  return line;
}

function readSecret(name: string, file: string): string {
  try {
    return readSmallFile(file, LARGEST_SECRET);
  } catch (error) {
    throw new StartupError(`the file that ${name}_FILE names cannot be read: ${(error as Error).message}`);
  }
}

/** The environment of a process that this one starts, over the database that this one has found. */
export function environmentOfChild(databaseUrl: string): NodeJS.ProcessEnv {
  return { ...process.env, DATABASE_URL: databaseUrl, DATABASE_URL_FILE: '' };
}
