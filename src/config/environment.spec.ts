import { readFileSync } from 'node:fs';
import { StartupError } from '../common/startup-error';
import { AppConfig } from './app-config';
import { Environment, parseEnvironment } from './environment';

const UNSET_BY_DEFAULT = ['LOG_FORMAT', 'DATABASE_URL', 'REDIS_URL', 'REDIS_SENTINELS', 'DEMO_DATA'];

/** The variables of .env.example: those that are set there, and those that stand commented out. */
function exampleFile(): { set: Record<string, string>; commented: string[] } {
  const lines = readFileSync('.env.example', 'utf8').split('\n');
  const set = lines.flatMap((line) =>
    [...line.matchAll(/^([A-Z_]+)=(.*)$/g)].map(([, name, value]) => [name, value]),
  );
  const commented = lines.flatMap((line) =>
    [...line.matchAll(/^# ([A-Z_]+)=/g)].map(([, name]) => name ?? ''),
  );
  return { set: Object.fromEntries(set) as Record<string, string>, commented };
}

function complaintOf(variables: NodeJS.ProcessEnv): string {
  try {
    new AppConfig(parseEnvironment(variables));
  } catch (error) {
    if (error instanceof StartupError) return error.message;
    throw error;
  }
  return 'no complaint';
}

describe('Environment', () => {
  it('has the defaults that .env.example shows, and no variable besides', () => {
    const { set, commented } = exampleFile();
    const defaults = Object.fromEntries(
      Object.entries(new Environment())
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => [name, String(value)]),
    );

    expect(set).toEqual(defaults);
    expect(commented.sort()).toEqual([...UNSET_BY_DEFAULT].sort());
  });

  it('takes an empty value for an unset one', () => {
    expect(parseEnvironment({ PORT: '', DATABASE_URL: '' })).toEqual(new Environment());
  });

  it.each([
    [{ PORT: 'http' }, 'PORT must be a whole number from 0 to 65535'],
    [{ PORT: '65536' }, 'PORT must be a whole number from 0 to 65535'],
    [{ WORKERS: '65' }, 'WORKERS must be a whole number from 1 to 64'],
    [{ PORT: '80.5' }, 'PORT must be a whole number from 0 to 65535'],
    [
      { DATABASE_URL: 'mysql://localhost' },
      'DATABASE_URL must be a URL such as postgres://user:password@host:5432/database',
    ],
    [{ REDIS_URL: 'localhost:6379' }, 'REDIS_URL must be a URL such as redis://user:password@host:6379'],
    [{ DEMO_DATA: 'yes' }, 'DEMO_DATA must be one of on, off'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent'],
    [{ CURRENCY: 'peso' }, 'CURRENCY must be an ISO 4217 code such as COP'],
    [{ SERVICE_TIME_ZONE: 'Bogota' }, 'SERVICE_TIME_ZONE must be an IANA time zone such as America/Bogota'],
    [{ SERVICE_TIME_ZONE: '-05:00' }, 'SERVICE_TIME_ZONE must be an IANA time zone such as America/Bogota'],
    [{ TTL_TRIP: '0' }, 'TTL_TRIP must be a whole number from 1 to 86400'],
    [
      { RECHARGE_LIMITS: 'default' },
      'RECHARGE_LIMITS must be channel:least-most, separated by commas, such as default:1000-200000,online:10000-200000',
    ],
    [{ RECHARGE_LIMITS: 'online:1-2' }, 'RECHARGE_LIMITS must have limits for the channel default'],
    [
      { RECHARGE_LIMITS: 'default:9-8' },
      'RECHARGE_LIMITS must have 1 or more as the least and no less as the most: default:9-8',
    ],
  ])('refuses %j in one clear line', (variables, complaint) => {
    expect(complaintOf(variables)).toBe(complaint);
  });

  it('names every wrong variable at once', () => {
    expect(complaintOf({ PORT: 'x', DEMO_DATA: 'x' })).toBe(
      'PORT must be a whole number from 0 to 65535; DEMO_DATA must be one of on, off',
    );
  });
});
