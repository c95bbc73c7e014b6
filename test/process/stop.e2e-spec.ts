import { readdir } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { findRunningPostgres } from '../../src/platform/postgres/embedded/running-postgres';
import { connect } from '../builders/connect';
import { afterTest } from '../setup/after-test';
import { ImportProgram } from '../setup/import-program';
import { findLeftServer, stopLeftServer } from '../setup/left-server';
import { createTempFolder, removeFolder } from '../setup/temp-folder';
import { until } from '../setup/until';

let folder: string;

beforeEach(async () => {
  folder = await createTempFolder();
  afterTest(async () => {
    await stopLeftServer(folder);
    await removeFolder(folder);
  });
});

/** The service with an embedded server of its own, which is to be created and seeded. */
function startService(port = '0'): ImportProgram {
  const service = ImportProgram.start(
    folder,
    [],
    { DATA_DIR: folder, PORT: port, LOG_LEVEL: 'error' },
    'main.js',
  );
  afterTest(() => {
    service.kill('SIGTERM');
    return service.ended;
  });
  return service;
}

describe('the service that is stopped before it serves', () => {
  it('ends at once while it makes its database, and leaves nothing of it', async () => {
    const service = startService();
    await until('initdb works', async () => (await readdir(folder)).some((name) => name.includes('.new-')));

    service.kill('SIGTERM');

    expect(await service.ended).toEqual({
      code: 0,
      output: '',
      errors: 'travel-recharge: stopped by SIGTERM before it was done; nothing half-done is left\n',
    });
    expect((await readdir(folder)).filter((name) => name.startsWith('postgres'))).toEqual([]);
  });

  it('ends at once while it seeds, and its server with it', async () => {
    const service = startService();
    await until('it seeds', async () => {
      const url = await findRunningPostgres(folder);
      // The server runs before it knows the role of the service.
      const client = url ? await connect(url).catch(() => null) : null;
      const seeding = await client?.query(
        `SELECT FROM pg_stat_activity WHERE application_name = 'travel-recharge seed' AND backend_xid IS NOT NULL`,
      );
      await client?.end();
      return seeding?.rowCount === 1;
    });

    service.kill('SIGINT');

    expect(await service.ended).toEqual({
      code: 0,
      output: '',
      errors: 'travel-recharge: stopped by SIGINT before it was done; nothing half-done is left\n',
    });
    expect(await findLeftServer(folder)).toBeNull();
  });
});

it('says that its port is in use before it makes a database', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  afterTest(() => new Promise((closed) => other.close(closed)));
  await until('it listens', () => other.listening);
  const { port } = other.address() as AddressInfo;

  expect(await startService(String(port)).ended).toEqual({
    code: 1,
    output: '',
    errors: `travel-recharge: port ${port} on 127.0.0.1 is in use: set PORT to another one\n`,
  });
  expect(await readdir(folder)).toEqual([]);
});
