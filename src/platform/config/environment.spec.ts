import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { StartupError } from '../../common/program/startup-error';
import { AppConfig } from './app-config';
import { Environment, parseEnvironment } from './environment';

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

const DATABASE_COMPLAINT =
  'DATABASE_URL must be a URL such as postgres://user:password@host:5432/database, with special characters percent-encoded';
const REDIS_COMPLAINT =
  'REDIS_URL must be a URL such as redis://user:password@host:6379 or redis://host:6379/0, with special characters percent-encoded';
const SENTINELS_COMPLAINT =
  'REDIS_SENTINELS must be host:port, separated by commas, such as sentinel-1:26379,sentinel-2:26379';

const ISSUER_COMPLAINT =
  'OIDC_ISSUER must be a URL such as https://id.example.org, without user, query or fragment';
const ALGORITHMS_COMPLAINT =
  'OIDC_ALGORITHMS must be some of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA, separated by commas';
const ROLES_COMPLAINT =
  'OIDC_ROLES must be value=role, separated by commas, such as travel-agents=agent,travel-auditors=auditor';
const OPEN_COMPLAINT =
  'AUTH=open is only for a loopback HOST such as 127.0.0.1, since everybody who reaches the service may do everything: with another HOST set AUTH=required (callers show a key), or AUTH=trusted-network (something in front decides who calls)';

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
    const settings = Object.entries(new Environment());
    const defaults = settings.filter(([, value]) => value !== undefined);
    const withoutDefault = settings.filter(([, value]) => value === undefined);

    expect(set).toEqual(Object.fromEntries(defaults.map(([name, value]) => [name, String(value)])));
    expect(commented.sort()).toEqual(withoutDefault.map(([name]) => name).sort());
  });

  it('takes an empty value for an unset one', () => {
    expect(parseEnvironment({ PORT: '', DATABASE_URL: '' })).toEqual(new Environment());
  });

  it.each([
    [{ PORT: 'http' }, 'PORT must be a whole number from 0 to 65535'],
    [{ PORT: '65536' }, 'PORT must be a whole number from 0 to 65535'],
    [{ WORKERS: '65' }, 'WORKERS must be a whole number from 1 to 64'],
    [{ PORT: '80.5' }, 'PORT must be a whole number from 0 to 65535'],
    [{ DATABASE_URL: 'mysql://localhost' }, DATABASE_COMPLAINT],
    [{ REDIS_URL: 'localhost:6379' }, REDIS_COMPLAINT],
    [{ DEMO_DATA: 'yes' }, 'DEMO_DATA must be one of on, off'],
    [{ AUTH: 'off' }, 'AUTH must be one of open, trusted-network, required'],
    [{ AUTH: 'open', HOST: '0.0.0.0' }, OPEN_COMPLAINT],
    [{ AUTH: 'open', HOST: '10.0.0.7' }, OPEN_COMPLAINT],
    [{ AUTH: 'open', HOST: 'localhost.example' }, OPEN_COMPLAINT],
    [{ OIDC_ISSUER: 'http://id.example.org' }, ISSUER_COMPLAINT],
    [{ OIDC_ISSUER: 'http://127.0.0.1.example.org' }, ISSUER_COMPLAINT],
    [{ OIDC_ISSUER: 'https://id.example.org?tenant=1' }, ISSUER_COMPLAINT],
    [{ OIDC_ISSUER: 'https://user:word@id.example.org' }, ISSUER_COMPLAINT],
    [{ OIDC_TOKEN_TYPE: 'jws' }, 'OIDC_TOKEN_TYPE must be one of at+jwt, JWT'],
    [{ OIDC_ALGORITHMS: 'RS256,HS256' }, ALGORITHMS_COMPLAINT],
    [{ OIDC_ALGORITHMS: 'none' }, ALGORITHMS_COMPLAINT],
    [{ OIDC_ROLES: 'agent' }, ROLES_COMPLAINT],
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
      'RECHARGE_LIMITS: the least amount must be 1 or more, and the most no less than it: default:9-8',
    ],
    [{ CURRENCY: 'ABC' }, 'CURRENCY must be an ISO 4217 code such as COP'],
    [{ SERVICE_TIME_ZONE: '+05:00' }, 'SERVICE_TIME_ZONE must be an IANA time zone such as America/Bogota'],
    [
      { RECHARGE_LIMITS: 'default:1-2,online:1-2,default:1-3' },
      'RECHARGE_LIMITS has two limits for the channel default',
    ],
    [
      { RECHARGE_LIMITS: 'default:1-2,online:20-30', MAX_CARD_BALANCE: '19' },
      'RECHARGE_LIMITS: the least recharge of the channel online is larger than MAX_CARD_BALANCE, which is 19',
    ],
    [{ WRITES_PER_MINUTE: '-1' }, 'WRITES_PER_MINUTE must be a whole number from 0 to 1000000000'],
    ...[
      'all',
      '10.0.0.0/0',
      '10.0.0.0/33',
      '::/0',
      '10.0.0.1/8/8',
      'fe80::1%eth0',
      '10.0.0.1, 10.0.0.2',
      'loopback',
    ].map((given): [NodeJS.ProcessEnv, string] => [
      { TRUSTED_PROXIES: given },
      'TRUSTED_PROXIES must be addresses or networks, separated by commas, such as 10.0.0.5,10.1.0.0/16',
    ]),
    ...[
      '*',
      'null',
      'https://a.example/',
      'https://a.example/x',
      'a.example',
      'HTTPS://A.example',
      'ftp://a',
    ].map((given): [NodeJS.ProcessEnv, string] => [
      { CORS_ORIGINS: given },
      'CORS_ORIGINS must be origins, separated by commas, such as https://console.example.org',
    ]),
    [
      { REDIS_SENTINELS: 'a:26379' },
      'REDIS_SENTINELS also needs REDIS_URL, which has the user, the password and the database',
    ],
  ])('refuses %j in one clear line', (variables, complaint) => {
    expect(complaintOf(variables)).toBe(complaint);
  });

  it.each([
    'postgres://u:p@host:99999/db',
    'postgres://u:p@host:x/db',
    'postgres://u:p@host/db?port=0',
    'postgres://u:p@host/db?port=65536',
    'postgres://u:%zz@host/db',
    'postgres://u:p@host/%zz',
    // A password that is not encoded: what would be taken for the host and the database has its pieces.
    'postgres://u:12/34@host/db',
    'postgres://u:12?34@host/db',
    'postgres://u:12#34@host/db',
  ])('refuses the database %j, and tells nothing of it', (url) => {
    expect(complaintOf({ DATABASE_URL: url })).toBe(DATABASE_COMPLAINT);
  });

  it.each([
    'postgres://u:p@one:5432,two:5433/db?target_session_attrs=read-write',
    'postgres://one,two/db',
    'postgres:///db?host=one,two',
  ])('refuses the hosts of %j, and says what may stand before them', (url) => {
    expect(complaintOf({ DATABASE_URL: url })).toBe(
      'DATABASE_URL must name one host: let HAProxy or a virtual address, which lead to the primary, stand before several',
    );
  });

  it.each([
    'postgres://a,b:c,d@host/db',
    'postgres://u:p%40%2F%3F@host:5432/db?sslmode=verify-full&sslrootcert=/etc/ca.pem',
    'postgresql://host/db',
    'postgres://u:p@ss@host/db',
    'postgres://[::1]:5432/db',
    'postgres:///db?host=/var/run/postgresql&port=5433',
    'postgres://u@%2Fvar%2Frun%2Fpostgresql/db',
  ])('takes the database %j', (url) => {
    expect(complaintOf({ DATABASE_URL: url })).toBe('no complaint');
  });

  it.each([
    'redis://host:99999',
    'redis://host:0',
    'redis://host:6379/abc',
    'redis://host:6379/1/2',
    'redis://u:%zz@host:6379',
    'redis://u:12/34@host:6379',
    'redis://u:12#34@host:6379',
    'redis://',
    'redis://:p@',
  ])('refuses the Redis %j, and tells nothing of it', (url) => {
    expect(complaintOf({ REDIS_URL: url })).toBe(REDIS_COMPLAINT);
  });

  it.each(['redis://host', 'rediss://u:p%40@host:6380/15', 'redis://:p@[::1]:6379/'])(
    'takes the Redis %j',
    (url) => expect(complaintOf({ REDIS_URL: url })).toBe('no complaint'),
  );

  it.each(['a:99999999', 'a:0', 'a', 'a:1,', 'a:1,b:65536', 'a:1 b:2'])(
    'refuses the Sentinels %j',
    (list) => {
      expect(complaintOf({ REDIS_SENTINELS: list, REDIS_URL: 'redis://host' })).toBe(SENTINELS_COMPLAINT);
    },
  );

  it.each([
    [{}, 'open'],
    [{ HOST: '127.8.8.8' }, 'open'],
    [{ HOST: 'localhost' }, 'open'],
    [{ HOST: '::1' }, 'open'],
    [{ HOST: '0.0.0.0' }, 'required'],
    [{ HOST: '127.0.0.1.example' }, 'required'],
    [{ DATABASE_URL: 'postgres://host/db' }, 'required'],
    [{ DATABASE_URL: 'postgres://host/db', AUTH: 'open' }, 'open'],
    [{ HOST: '0.0.0.0', AUTH: 'trusted-network' }, 'trusted-network'],
    [{ AUTH: 'required' }, 'required'],
  ])('with %j, who may call is %s', (variables, mode) => {
    expect(new AppConfig(parseEnvironment(variables)).authMode).toBe(mode);
  });

  it('limits callers where keys are asked for, as .env.example says, and elsewhere only where it is set', () => {
    const example = readFileSync('.env.example', 'utf8');
    for (const name of [
      'REQUESTS_PER_MINUTE',
      'WRITES_PER_MINUTE',
      'LOOKUPS_PER_MINUTE',
      'FAILED_AUTHENTICATIONS_PER_MINUTE',
    ] as const) {
      const limit = (variables: NodeJS.ProcessEnv): number =>
        new AppConfig(parseEnvironment(variables)).limit(name);
      expect(example).toContain(`# ${name}=${limit({ AUTH: 'required' })}\n`);
      expect(limit({ AUTH: 'required', [name]: '0' })).toBe(0);
      expect([limit({ AUTH: 'open' }), limit({ AUTH: 'trusted-network' })]).toEqual([0, 0]);
      expect(limit({ AUTH: 'open', [name]: '7' })).toBe(7);
    }
  });

  it('takes lists of proxies and of origins', () => {
    const config = new AppConfig(
      parseEnvironment({
        TRUSTED_PROXIES: '127.0.0.1,10.0.0.0/8,2001:db8::/32,::1',
        CORS_ORIGINS: 'https://a.example,http://localhost:5173',
      }),
    );

    expect(config.list('TRUSTED_PROXIES')).toEqual(['127.0.0.1', '10.0.0.0/8', '2001:db8::/32', '::1']);
    expect(config.list('CORS_ORIGINS')).toEqual(['https://a.example', 'http://localhost:5173']);
    expect(new AppConfig(parseEnvironment({})).list('CORS_ORIGINS')).toEqual([]);
  });

  it.each(['DATABASE_URL', 'REDIS_URL'] as const)(
    'reads %s from a file, without its last line break',
    (name) => {
      const url = name === 'REDIS_URL' ? 'redis://host' : 'postgres://host/db';
      const file = join(mkdtempSync(join(tmpdir(), 'secret-')), 'url');
      writeFileSync(file, `${url}\n`);

      expect(parseEnvironment({ [`${name}_FILE`]: file })[name]).toBe(url);
      rmSync(dirname(file), { recursive: true });
      expect(complaintOf({ [`${name}_FILE`]: file })).toContain(
        `the file that ${name}_FILE names cannot be read`,
      );
    },
  );

  it.each([
    ['nothing', ''],
    ['an empty line', '\n'],
    ['two lines', 'postgres://a:b@db/city\npostgres://a:b@db/town\n'],
  ])('refuses a secret whose file holds %s', (_name, text) => {
    const folder = mkdtempSync(join(tmpdir(), 'secret-'));
    const file = join(folder, 'url');
    writeFileSync(file, text);

    expect(complaintOf({ DATABASE_URL_FILE: file })).toBe(
      'the file that DATABASE_URL_FILE names must hold one line',
    );
    rmSync(folder, { recursive: true });
  });

  it('names every wrong variable at once', () => {
    expect(complaintOf({ PORT: 'x', DEMO_DATA: 'x' })).toBe(
      'PORT must be a whole number from 0 to 65535; DEMO_DATA must be one of on, off',
    );
  });
});
