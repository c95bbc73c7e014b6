import { chmod, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from 'pg';
import { connect } from '../../../test/builders/connect';
import { afterTest } from '../../../test/setup/after-test';
import { createDatabase } from '../../../test/setup/database';
import { createTempFolder, removeFolder } from '../../../test/setup/temp-folder';
import { AppConfig } from '../config/app-config';
import { parseEnvironment } from '../config/environment';
import { newAccessKey } from './access-key';
import { requireAdministrator } from './first-administrator';

describe(requireAdministrator.name, () => {
  let url: string;
  let client: Client;
  let folder: string;
  let said: string[];

  beforeEach(async () => {
    const database = await createDatabase();
    afterTest(() => database.drop());
    ({ url } = database);
    client = await connect(url);
    afterTest(() => client.end());
    folder = await createTempFolder();
    afterTest(() => removeFolder(folder));
    said = [];
  });

  const start = async (env: Readonly<Record<string, string>> = {}): Promise<void> => {
    const config = new AppConfig(parseEnvironment({ AUTH: 'required', DATA_DIR: folder, ...env }));
    const say = (line: string): void => void said.push(line);
    await requireAdministrator(url, config, { info: say, warn: say } as never);
  };

  const keys = async (): Promise<string[]> => {
    const { rows } = await client.query<{ key_id: string }>(
      `SELECT key_id FROM access_keys WHERE role = 'administrator'`,
    );
    return rows.map(({ key_id }) => key_id);
  };

  it('writes the first key into a file of its own once, and says where, never what', async () => {
    await Promise.all([start(), start()]);
    const file = join(folder, 'admin.key');
    const text = (await readFile(file, 'utf8')).trim();

    expect(await keys()).toEqual([text.slice(4, 12)]);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(said).toEqual([`the first administrator's key is in ${file}`]);

    await client.query('UPDATE access_keys SET revoked_at = now()');
    await start();
    expect(await keys()).toHaveLength(1);
  });

  it('goes on with the key that a start left in the file before it was ended', async () => {
    const { text, id } = newAccessKey();
    await writeFile(join(folder, 'admin.key'), text, { mode: 0o600 });
    await start();

    expect(await keys()).toEqual([id]);
  });

  it('takes no key that somebody else could have put there', async () => {
    const file = join(folder, 'admin.key');
    await symlink(join(folder, 'elsewhere'), file);
    await start();
    await writeFile(join(folder, 'elsewhere'), newAccessKey().text, { mode: 0o600 });
    await start();
    await rm(file);
    await writeFile(file, newAccessKey().text);
    await chmod(file, 0o666);
    await start();

    expect(said).toEqual([
      expect.stringContaining('ELOOP'),
      expect.stringContaining('ELOOP'),
      expect.stringContaining('its mode must be 600'),
    ]);
    expect(await keys()).toEqual([]);
  });

  it('takes the key of ADMIN_KEY_FILE, once', async () => {
    const { text, id } = newAccessKey();
    const file = join(folder, 'secret');
    await writeFile(file, `${text}\n`);
    await start({ ADMIN_KEY_FILE: file });
    await start({ ADMIN_KEY_FILE: file });

    expect(await keys()).toEqual([id]);
  });

  it.each([
    [`revoked_at = '2026-01-02T00:00:00Z'`, 'it was revoked on 2026-01-02'],
    [`expires_at = '2026-01-02T00:00:00Z'`, 'it expired on 2026-01-02'],
    [`role = 'scraper'`, 'its role is scraper'],
    [`digest = sha256('another')`, 'another key has its id'],
  ])('warns when %s of the key of ADMIN_KEY_FILE, and starts', async (change, fault) => {
    const { text, id } = newAccessKey();
    const file = join(folder, 'secret');
    await writeFile(file, text);
    await start({ ADMIN_KEY_FILE: file });
    expect(said).toEqual([]);
    await client.query(`UPDATE access_keys SET ${change}`);
    await start({ ADMIN_KEY_FILE: file });

    expect(said[0]).toBe(`the key ${id} in ${file} is no administrator's key in force: ${fault}`);
    expect(said.join()).not.toContain(text.slice(13));
  });

  it('warns when no administrator has a key in force any more, unless one may sign in', async () => {
    await start();
    await client.query('UPDATE access_keys SET expires_at = now()');
    said = [];
    await start();
    expect(said).toEqual([
      expect.stringMatching(/^no administrator's key is in force: make one with npm run/),
    ]);

    said = [];
    const signIn = {
      OIDC_ISSUER: 'https://id.example.org',
      OIDC_AUDIENCE: 'x',
      OIDC_ROLES: 'it=administrator',
    };
    await start(signIn);
    expect(said).toEqual([]);
  });

  it('refuses a start whose ADMIN_KEY_FILE is no key, without showing it', async () => {
    const file = join(folder, 'secret');
    await writeFile(file, 'hunter2');

    await expect(start({ ADMIN_KEY_FILE: file })).rejects.toThrow(
      'the file that ADMIN_KEY_FILE names holds no key of this service',
    );
    await expect(start({ ADMIN_KEY_FILE: join(folder, 'missing') })).rejects.toThrow('cannot be read');
    await expect(start({ ADMIN_KEY_FILE: folder })).rejects.toThrow('is not a regular file');
    expect(await keys()).toEqual([]);
  });

  it('says how to make one where none can be written, and starts', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    await start({ DATA_DIR: join(file, 'folder') });

    expect(said).toEqual([expect.stringContaining('npm run keys -- create --role administrator')]);
    expect(await keys()).toEqual([]);
  });
});
