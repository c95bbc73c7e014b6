import { readVariable } from '../../../test/setup/variables';
import { until } from '../../../test/setup/until';
import { AppConfig } from '../config/app-config';
import { parseEnvironment } from '../config/environment';
import { Connection, type ConnectionConfig } from './connection';
import { dataSourceOptions } from './data-source';
import { PreparingClient } from './preparing-client';

const url = readVariable('TEST_POSTGRES_URL');

async function open(config: ConnectionConfig = {}): Promise<Connection> {
  const connection = new Connection({ connectionString: url, ...config });
  await connection.connect();
  return connection;
}

async function settingsOf(connection: Connection, ...names: string[]): Promise<Record<string, string>> {
  const { rows } = await connection.query<{ name: string; setting: string }>(
    `SELECT name, current_setting(name, true) AS setting FROM unnest($1::text[]) AS name`,
    [names],
  );
  return Object.fromEntries(rows.map(({ name, setting }) => [name, setting]));
}

describe('Connection', () => {
  it('asks for nothing at its start that a pooler would refuse', () => {
    const options = dataSourceOptions(new AppConfig(parseEnvironment({})), url);
    const pool = options.extra as ConnectionConfig;
    const client = new PreparingClient({ connectionString: url, ...pool });
    const { getStartupConf } = client as unknown as { getStartupConf: () => Record<string, string> };

    expect(Object.keys(getStartupConf.call(client)).sort()).toEqual(['database', 'user']);
  });

  it('has the settings of all sessions, and its own over them', async () => {
    const connection = await open({
      options: '-c DateStyle=SQL,DMY -c search_path=pg_catalog -c synchronous_commit=off',
      session: { statement_timeout: '4321', TimeZone: 'America/Bogota', search_path: null },
    });

    expect(
      await settingsOf(
        connection,
        'DateStyle',
        'search_path',
        'synchronous_commit',
        'statement_timeout',
        'TimeZone',
      ),
    ).toEqual({
      DateStyle: 'ISO, YMD',
      search_path: 'pg_catalog',
      synchronous_commit: 'on',
      statement_timeout: '4321ms',
      TimeZone: 'America/Bogota',
    });
    await connection.end();
  });

  it('ends its statement at the server when the signal comes', async () => {
    const stop = new AbortController();
    const connection = await open({ application_name: 'connection.spec', signal: stop.signal });
    // Otherwise the server would notice by itself, a little later.
    await connection.query(
      `SELECT set_config(name, '0', false) FROM pg_settings WHERE name = 'client_connection_check_interval'`,
    );
    const statement = connection.query('SELECT pg_advisory_lock(7316999), pg_sleep(600)');
    const watcher = await open();
    const backends = async (): Promise<number | null> => {
      const { rowCount } = await watcher.query(
        `SELECT FROM pg_stat_activity WHERE application_name = 'connection.spec'`,
      );
      return rowCount;
    };
    const failed = expect(statement).rejects.toThrow(/terminat/);

    stop.abort();

    await failed;
    await until('its session has ended', async () => (await backends()) === 0);
    await watcher.end();
  });
});
