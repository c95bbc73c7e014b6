import { join } from 'node:path';
import { findBinaries } from '../../src/platform/postgres/embedded/binaries';
import { until } from '../setup/until';
import type { Guide } from './guide';
import { as, type Host } from './host';

const ETC = '/etc/postgresql/15/main';
const DATA = '/var/lib/postgresql/15/main';
const SOCKETS = '/var/run/postgresql';
const USER = 'postgres';
/** Where the programs are copied to if the server's user cannot reach them. */
const CACHE = '/var/cache/travel-recharge';

/** As Debian's package writes it; the guide adds a file to `conf.d`. */
const DEBIAN_SETTINGS = `
data_directory = '${DATA}'
hba_file = '${ETC}/pg_hba.conf'
unix_socket_directories = '${SOCKETS}'
include_dir = 'conf.d'
`;

/** Sets up the PostgreSQL machine of the guide, with the server of the embedded package, and creates the database. */
export async function setUpPostgres(host: Host, guide: Guide): Promise<void> {
  await host.addUser(USER);
  const [uid, gid] = [Number(await host.do('id', '-u', USER)), Number(await host.do('id', '-g', USER))];
  const { binFolder } = await findBinaries({ name: USER, uid, gid }, CACHE, () => undefined);
  await host.write(`${ETC}/postgresql.conf`, DEBIAN_SETTINGS, USER);
  await host.write(`${ETC}/conf.d/travel-recharge.conf`, await guide.file('postgres/postgresql.conf'), USER);
  await host.write(`${ETC}/pg_hba.conf`, await guide.file('postgres/pg_hba.conf'), USER, '640');
  await host.write('/etc/postgresql/postgres.pem', await guide.certificate('postgres.pem'), USER);
  await host.write('/etc/postgresql/postgres.key', await guide.certificate('postgres.key'), USER, '600');
  await host.do('install', '-d', '-o', USER, '-g', USER, '-m', '700', DATA, SOCKETS);
  await host.do(...as(USER), join(binFolder, 'initdb'), '--username=postgres', '--auth=peer', DATA);
  const server = host.launch(
    ...as(USER),
    join(binFolder, 'postgres'),
    '-D',
    DATA,
    `--config_file=${ETC}/postgresql.conf`,
  );
  await until('PostgreSQL takes connections', async () => {
    if (server.hasEnded) throw new Error(`PostgreSQL did not start:\n${server.output}`);
    return (await askAsSuperuser(host, 'SELECT 1')) === '1';
  });
  await host.write(
    '/var/lib/postgresql/create-database.sql',
    await guide.file('postgres/create-database.sql'),
    USER,
    '600',
  );
  await host.do(...PSQL, '--set=ON_ERROR_STOP=1', '--file=/var/lib/postgresql/create-database.sql');
}

const PSQL = [...as(USER), 'env', `PGHOST=${SOCKETS}`, 'psql', '--no-psqlrc'];

/** Asks over the socket, as the user postgres, as an operator on that machine would. */
export async function askAsSuperuser(host: Host, statement: string): Promise<string> {
  const words = [
    ...PSQL,
    '--quiet',
    '--tuples-only',
    '--no-align',
    '--dbname=postgres',
    `--command=${statement}`,
  ];
  return (await host.run(words)).output.trim();
}
