import { afterTest } from '../../../test/setup/after-test';
import { createDatabaseIn, execute } from '../../../test/setup/database';
import { StartupError } from '../../common/program/startup-error';
import { requireUtf8 } from './encoding';
import { checkServer } from './server';

async function urlOfDatabaseIn(encoding: string): Promise<string> {
  const database = await createDatabaseIn(encoding);
  afterTest(() => database.drop());
  return database.url;
}

const check = (url: string): Promise<void> => checkServer(url, 'read', 5_000);

describe(requireUtf8.name, () => {
  it.each(['LATIN1', 'SQL_ASCII', 'EUC_JP'])('refuses a database in %s', async (encoding) => {
    const url = await urlOfDatabaseIn(encoding);

    await expect(check(url)).rejects.toThrow(StartupError);
    await expect(check(url)).rejects.toThrow(`has the encoding ${encoding}, and UTF8 is needed`);
  });

  it('takes one in UTF8, whatever encoding it suggests to its clients', async () => {
    const url = await urlOfDatabaseIn('UTF8');
    await execute(url, `ALTER DATABASE ${new URL(url).pathname.slice(1)} SET client_encoding = 'LATIN1'`);

    await expect(check(url)).resolves.toBeUndefined();
  });
});
