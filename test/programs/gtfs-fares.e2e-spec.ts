import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from 'pg';
import { exportGtfsFares } from '../../src/programs/gtfs/export-gtfs-fares';
import { importGtfs } from '../../src/programs/gtfs/import-gtfs';
import { connect } from '../builders/connect';
import { aFeed, writeFeedZip, type FeedFiles } from '../builders/gtfs-feed';
import { insert } from '../builders/insert';
import { afterTest } from '../setup/after-test';
import { ask } from '../setup/api';
import { checksumOf } from '../setup/checksum';
import { createDatabase, type TestDatabase } from '../setup/database';
import type { ImportRun } from '../setup/import-program';
import { runInProcess } from '../setup/in-process';
import { startService } from '../setup/service';
import { createTempFolder, removeFolder } from '../setup/temp-folder';
import { readVariable } from '../setup/variables';

let folder: string;
let target: TestDatabase;
let client: Client;

beforeEach(async () => {
  folder = await createTempFolder();
  afterTest(() => removeFolder(folder));
  target = await createDatabase();
  afterTest(() => target.drop());
  client = await connect(target.url);
  afterTest(() => client.end());
});

describe('npm run export:gtfs-fares', () => {
  it('writes what is in force on the day, with two decimals as ISO 4217 has it for pesos', async () => {
    await insert(client, 'routes', { route_code: 'J74', route_name: 'a', route_type: 'TRONCAL' });
    await insert(client, 'routes', { route_code: 'B1', route_name: 'b', route_type: 'DUAL' });
    await insert(client, 'routes', { route_code: 'T3, 4', route_name: 'c', route_type: 'ALIMENTADORA' });
    await insert(client, 'routes', {
      route_code: 'X',
      route_name: 'd',
      route_type: 'CABLE',
      is_active: false,
    });

    const run = await exportTo('fares', '2023-06-01');

    expect(run).toMatchObject({ code: 0, errors: '' });
    expect(await filesIn('fares')).toEqual({
      'rider_categories.txt': [
        'rider_category_id,rider_category_name,is_default_fare_category',
        'standard,Standard,1',
        'senior,Senior,0',
        'sisben,Sisben,0',
      ],
      'fare_products.txt': [
        'fare_product_id,fare_product_name,rider_category_id,amount,currency',
        'trunk,Trunk,standard,2950.00,COP',
        'trunk,Trunk,senior,2500.00,COP',
        'trunk,Trunk,sisben,2500.00,COP',
        'zonal,Zonal,standard,2750.00,COP',
        'zonal,Zonal,senior,2250.00,COP',
        'zonal,Zonal,sisben,2250.00,COP',
        'transfer_zonal_trunk,"Transfer, zonal to trunk",,200.00,COP',
      ],
      'fare_leg_rules.txt': [
        'leg_group_id,network_id,fare_product_id',
        'trunk,trunk,trunk',
        'zonal,zonal,zonal',
      ],
      'fare_transfer_rules.txt': [
        'from_leg_group_id,to_leg_group_id,transfer_count,duration_limit,duration_limit_type,fare_transfer_type,fare_product_id',
        'trunk,zonal,,6600,1,0,',
        'zonal,trunk,,6600,1,0,transfer_zonal_trunk',
        'zonal,zonal,2,6600,1,0,',
      ],
      'networks.txt': ['network_id,network_name', 'trunk,Trunk', 'zonal,Zonal'],
      'route_networks.txt': ['network_id,route_id', 'trunk,B1', 'trunk,J74', 'zonal,"T3, 4"'],
    });
    expect(run.output.split('\n').filter((line) => line.startsWith('Not in'))).toEqual([
      'Not in GTFS-Fares v2: transfers are only for cards with a user',
      'Not in GTFS-Fares v2: what is no transfer: same_station, same_route, trunk_zonal_trunk',
      'Not in GTFS-Fares v2: at most 2 transfers, where they lead from trunk to zonal or back',
      'Not in GTFS-Fares v2: how often a month a concession applies: senior 30',
      'Not in GTFS-Fares v2: how often a month a concession applies: sisben 30',
    ]);
  });

  it('writes the same bytes each time, also as a zip file', async () => {
    await exportTo('a.zip', '2026-02-01');
    await exportTo('b.zip', '2026-02-01');

    expect(await readFile(join(folder, 'a.zip'))).toEqual(await readFile(join(folder, 'b.zip')));
  });

  it('writes a price that a percentage makes, rounded half up as boardings are', async () => {
    await client.query(`
      INSERT INTO tariffs VALUES ('trunk', '2099-01-01', 3575);
      INSERT INTO concessions (rider_category, component, valid_from, percent_off) VALUES ('disability', 'trunk', '2099-01-01', 50);
      INSERT INTO transfer_prices (from_component, to_component, from_transfer, valid_from, percent_off)
      VALUES ('zonal', 'trunk', 1, '2099-01-01', 90)`);

    await exportTo('fares', '2099-01-01');

    expect((await filesIn('fares'))['fare_products.txt']).toEqual(
      expect.arrayContaining([
        'trunk,Trunk,disability,1788.00,COP',
        'transfer_zonal_trunk,"Transfer, zonal to trunk",,358.00,COP',
      ]),
    );
  });

  it('says in one line that it can not', async () => {
    expect(await exportTo('fares', '2019-01-01')).toMatchObject({
      code: 1,
      errors: 'travel-recharge: there is no tariff on 2019-01-01\n',
    });
    expect(await exportTo('fares', '1.2.2026')).toMatchObject({ code: 1 });
    expect((await exportTo('nowhere/fares.zip', '2026-02-01')).errors).toMatch(
      /^travel-recharge: cannot write .*\n$/,
    );
  });
});

describe('npm run import:gtfs, with fares', () => {
  it('takes back what was exported: equal rows, and the same bytes when they are exported again', async () => {
    await client.query(`
      INSERT INTO tariffs VALUES ('trunk', '2099-01-01', 3900), ('zonal', '2099-01-01', 3701);
      INSERT INTO transfer_rules VALUES ('2099-01-01', 5400, 3, true, '{same_station,same_route,trunk_zonal_trunk}');
      INSERT INTO transfer_prices (from_component, to_component, from_transfer, valid_from, price)
      VALUES ('zonal', 'trunk', 1, '2099-01-01', 300), ('zonal', 'zonal', 1, '2099-01-01', 50),
        ('zonal', 'zonal', 3, '2099-01-01', 1000)`);
    await exportTo('first.zip', '2099-01-01');
    const second = await createDatabase();
    afterTest(() => second.drop());

    const run = await importFrom(join(folder, 'first.zip'), ['--fares-from', '2099-01-01'], second);

    expect(run).toMatchObject({ code: 0, errors: '' });
    expect(run.output).toContain('fares: 6 new or changed');
    await exportTo('second.zip', '2099-01-01', second);
    expect(await readFile(join(folder, 'second.zip'))).toEqual(await readFile(join(folder, 'first.zip')));
    const other = await connect(second.url);
    for (const table of ['tariffs', 'transfer_rules', 'transfer_prices']) {
      const rows = `SELECT * FROM ${table} ORDER BY ${table}::text`;
      expect((await other.query(rows)).rows).toEqual((await client.query(rows)).rows);
    }
    await other.end();
  });

  it('turns transfers off where there are none, and keeps any number of them', async () => {
    await client.query(`
      INSERT INTO transfer_rules VALUES ('2099-01-01', 5400, NULL, true, '{same_station,same_route}'),
        ('2099-02-01', 5400, 0, true, '{same_station,same_route}')`);
    await exportTo('any', '2099-01-01');
    await exportTo('none', '2099-02-01');
    expect((await filesIn('any'))['fare_transfer_rules.txt']).toContain('zonal,zonal,-1,5400,1,0,');
    expect((await filesIn('none'))['fare_transfer_rules.txt']).toHaveLength(1);
    const second = await createDatabase();
    afterTest(() => second.drop());

    await importFrom(join(folder, 'any'), ['--fares-from', '2099-01-01'], second);
    await importFrom(join(folder, 'none'), ['--fares-from', '2099-02-01'], second);

    const other = await connect(second.url);
    expect(
      (
        await other.query(
          'SELECT valid_from, window_seconds, most_transfers FROM transfer_rules ORDER BY 1 DESC LIMIT 2',
        )
      ).rows,
    ).toEqual([
      { valid_from: '2099-02-01', window_seconds: 5_400, most_transfers: 0 },
      { valid_from: '2099-01-01', window_seconds: 5_400, most_transfers: null },
    ]);
    await other.end();
  });

  it('changes nothing where these fares hold already, also in the past, and refuses to change the past', async () => {
    const before = await checksumOf(client);
    await exportTo('old', '2023-06-01');

    expect(await importFrom(join(folder, 'old'), ['--fares-from', '2023-06-01'])).toMatchObject({
      code: 0,
      errors: '',
    });
    const refused = await importFrom(join(folder, 'old'), ['--fares-from', '2026-02-01']);

    expect(refused.code).toBe(1);
    expect(refused.errors).toMatch(/^travel-recharge: --fares-from must be after \d{4}-\d{2}-\d{2}: .*\n$/);
    expect(await checksumOf(client)).toEqual(before);
  });

  it('leaves fares alone without --fares-from, and says so', async () => {
    await exportTo('fares', '2023-06-01');
    const before = await checksumOf(client);

    const run = await importFrom(join(folder, 'fares'));

    expect(run).toMatchObject({ code: 0, errors: '' });
    expect(await report(run)).toContain('fare_products.txt,,,note,fares are only imported with --fares-from');
    expect(await checksumOf(client)).toEqual(before);
    expect((await importFrom(await aZip(aFeed()), ['--fares-from', '2099-01-01'])).errors).toMatch(
      /the feed has no fares/,
    );
  });

  it('finds the networks of a feed by its routes, and prices them for a rider without a concession', async () => {
    const feed = await aZip(
      aFeed({
        'networks.txt': ['network_id', 'metro', 'bus'],
        'route_networks.txt': ['network_id,route_id', 'metro,r1', 'bus,r2'],
        'rider_categories.txt': [
          'rider_category_id,rider_category_name,is_default_fare_category',
          'a,Adult,1',
          'k,Child,0',
        ],
        'fare_media.txt': ['fare_media_id,fare_media_type', 'card,2', 'phone,4'],
        'fare_products.txt': [
          'fare_product_id,rider_category_id,fare_media_id,amount,currency',
          'M,a,card,4000,COP',
          'M,a,phone,4000.00,COP',
          'M,k,card,1000.00,COP',
          'B,,,3800.00,COP',
          'D,,,-3500.00,COP',
        ],
        'fare_leg_rules.txt': ['leg_group_id,network_id,fare_product_id', 'm,metro,M', 'b,bus,B'],
        'fare_transfer_rules.txt': [
          'from_leg_group_id,to_leg_group_id,transfer_count,duration_limit,duration_limit_type,fare_transfer_type,fare_product_id',
          'm,m,1,3600,1,0,',
          'b,b,1,3600,1,0,',
          'm,b,,3600,1,0,',
          'b,m,,3600,1,1,D',
        ],
      }),
    );

    const run = await importFrom(feed, ['--fares-from', '2099-01-01']);

    expect(run).toMatchObject({ code: 0, errors: '' });
    expect(
      await query(`SELECT component, price FROM tariffs WHERE valid_from = '2099-01-01' ORDER BY 1`),
    ).toEqual([
      { component: 'trunk', price: 4_000 },
      { component: 'zonal', price: 3_800 },
    ]);
    expect(await query(`SELECT * FROM transfer_rules WHERE valid_from = '2099-01-01'`)).toEqual([
      {
        valid_from: '2099-01-01',
        window_seconds: 3_600,
        most_transfers: 1,
        personalised_only: true,
        exclusions: ['same_station', 'same_route', 'trunk_zonal_trunk'],
      },
    ]);
    expect(
      await query(
        `SELECT from_component, to_component, from_transfer, price FROM transfer_prices WHERE valid_from = '2099-01-01'`,
      ),
    ).toEqual([{ from_component: 'zonal', to_component: 'trunk', from_transfer: 1, price: 500 }]);
    expect(await report(run)).toContain('fare_media.txt,,,note,the file is not used');
  });

  it('changes no price of another feed’s routes unless it is told to, and exports by the codes of a feed', async () => {
    await importFrom(await aZip(aFeed()), ['--feed', 'tm']);
    const metro = await aZip({
      'agency.txt': ['agency_name', 'Metro'],
      'routes.txt': ['route_id,route_short_name,route_type', 'x,B1,1'],
      'fare_products.txt': ['fare_product_id,amount,currency', 'M,4000,COP'],
      'fare_leg_rules.txt': ['leg_group_id,fare_product_id', 'm,M'],
      'fare_transfer_rules.txt': '',
    });
    const before = await checksumOf(client);

    const refused = await importFrom(metro, ['--fares-from', '2099-01-01']);
    expect(refused.errors).toMatch(/would also apply to the routes of tm: add --fares-for-all/);
    expect(await checksumOf(client)).toEqual(before);

    expect((await importFrom(metro, ['--fares-from', '2099-01-01', '--fares-for-all'])).output).toContain(
      'fares: 1 new or changed',
    );
    await exportTo('metro', '2099-01-01', target, ['--feed', 'metro']);
    expect((await filesIn('metro'))['route_networks.txt']).toEqual(['network_id,route_id', 'trunk,B1']);
    await exportTo('all', '2099-01-01');
    expect((await filesIn('all'))['route_networks.txt']).toContain('trunk,metro:B1');
    expect((await exportTo('none', '2099-01-01', target, ['--feed', 'no'])).errors).toMatch(
      /no feed no here/,
    );
  });

  it('reports what has no counterpart here, and takes nothing of it', async () => {
    const before = await query('SELECT count(*) AS rows FROM tariffs');
    const feed = await aZip(
      aFeed({
        'areas.txt': ['area_id', 'c'],
        'networks.txt': ['network_id', 'metro', 'bus', 'ship'],
        'route_networks.txt': ['network_id,route_id', 'metro,r1', 'bus,r2'],
        'fare_products.txt': [
          'fare_product_id,amount,currency',
          'M,4.50,USD',
          'C,3500.50,COP',
          'A,3500,COP',
          'H,1000000001,COP',
        ],
        'fare_leg_rules.txt': [
          'leg_group_id,network_id,from_area_id,fare_product_id',
          'm,metro,,M',
          'b,bus,c,A',
          's,ship,,A',
        ],
        'fare_transfer_rules.txt': [
          'from_leg_group_id,to_leg_group_id,transfer_count,duration_limit,duration_limit_type,fare_transfer_type',
          'm,m,1,,,0',
          'b,b,1,3600,0,0',
          'm,b,1,3600,1,0',
          'b,b,,3600,1,0',
          'b,b,0,3600,1,2',
          'b,b,1,0,1,0',
          'z,b,,60,1,0',
        ],
      }),
    );

    const run = await importFrom(feed, ['--fares-from', '2099-01-01']);

    expect(run).toMatchObject({ code: 2, errors: '' });
    expect((await report(run)).filter((line) => line.startsWith('fare_'))).toEqual([
      'fare_leg_rules.txt,,,refused,no trunk price is imported: line 2 was refused',
      'fare_leg_rules.txt,,,refused,no zonal price is imported: it depends on areas or timeframes (line 3)',
      'fare_leg_rules.txt,2,m,refused,fare_product_id M was refused: currency USD is not COP',
      'fare_leg_rules.txt,4,s,refused,the network ship has no routes: name its type with --network ship=…',
      'fare_products.txt,2,M,refused,currency USD is not COP; amount 4.50 is not a whole number of COP',
      'fare_products.txt,3,C,refused,amount 3500.50 is not a whole number of COP',
      'fare_products.txt,5,H,refused,amount 1000000001 is not a whole number of COP',
      'fare_transfer_rules.txt,,,refused,no transfers are imported: line 2 was refused',
      'fare_transfer_rules.txt,,,note,"a feed does not say whether cards without a user may transfer, whether a transfer to the same station or route counts, nor whether trunk, zonal, trunk does: these rules stay as they are"',
      'fare_transfer_rules.txt,2,m,refused,duration_limit is missing: here a transfer has one; from_leg_group_id m was refused: fare_product_id M was refused: currency USD is not COP; to_leg_group_id m was refused: fare_product_id M was refused: currency USD is not COP',
      'fare_transfer_rules.txt,3,b,refused,duration_limit_type 0 is not 1: here the limit counts from boarding to boarding',
      'fare_transfer_rules.txt,4,m,refused,transfer_count is only for transfers within a leg group; from_leg_group_id m was refused: fare_product_id M was refused: currency USD is not COP',
      'fare_transfer_rules.txt,5,b,refused,transfer_count is missing',
      'fare_transfer_rules.txt,6,b,refused,"fare_transfer_type 2, a price for all of the journey, cannot be imported; transfer_count 0 is not -1 or 1 to 1000"',
      'fare_transfer_rules.txt,7,b,refused,duration_limit 0 is not between 1 and 86400',
      'fare_transfer_rules.txt,8,z,refused,from_leg_group_id z is not among the fare_leg_rules',
    ]);
    expect(await query('SELECT count(*) AS rows FROM tariffs')).toEqual(before);
    expect(await query('SELECT count(*) AS routes FROM routes')).toEqual([{ routes: 2 }]);
  });

  it('is seen at once by a running service', async () => {
    await client.query(`INSERT INTO tariffs VALUES ('trunk', '2099-01-01', 3900)`);
    await exportTo('fares', '2099-01-01');
    await client.query(`DELETE FROM tariffs WHERE valid_from = '2099-01-01'`);
    const service = await startService({ databaseUrl: target.url, redisUrl: readVariable('TEST_REDIS_URL') });
    afterTest(() => service.stop());
    const path = '/fares/tariffs';
    for (let n = 0; n < 2; n++) expect((await ask(service, path)).text).not.toContain('3900');

    await importFrom(join(folder, 'fares'), ['--fares-from', '2099-01-01']);

    expect((await ask(service, path)).text).toContain('3900');
  });
});

function exportTo(
  out: string,
  at: string,
  { url } = target,
  more: readonly string[] = [],
): Promise<ImportRun> {
  return runInProcess(exportGtfsFares, ['--at', at, '--out', join(folder, out), ...more], url);
}

function importFrom(feed: string, args: readonly string[] = [], { url } = target): Promise<ImportRun> {
  return runInProcess(importGtfs, [feed, '--report', join(folder, 'report.csv'), ...args], url);
}

async function filesIn(name: string): Promise<Record<string, string[]>> {
  const names = await readdir(join(folder, name));
  const texts = names.map(async (file) => [file, await readFile(join(folder, name, file), 'utf8')] as const);
  return Object.fromEntries(
    (await Promise.all(texts)).map(([file, text]) => [file, text.trimEnd().split('\n')]),
  );
}

async function report(run: ImportRun): Promise<string[]> {
  const [, path = ''] = /^Report: (.*)$/m.exec(run.output) ?? [];
  return (await readFile(path, 'utf8')).trimEnd().split('\n');
}

async function query(sql: string): Promise<Record<string, unknown>[]> {
  return (await client.query<Record<string, unknown>>(sql)).rows;
}

function aZip(files: FeedFiles): Promise<string> {
  return writeFeedZip(join(folder, `${randomUUID()}.zip`), files);
}
