import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, symlink, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Client } from 'pg';
import { tidy } from '../../src/common/text/tidy';
import { importGtfs } from '../../src/programs/gtfs/import-gtfs';
import { connect } from '../builders/connect';
import { aFeed, writeFeedFolder, writeFeedZip, type FeedFiles } from '../builders/gtfs-feed';
import { insert } from '../builders/insert';
import { afterTest } from '../setup/after-test';
import { ask } from '../setup/api';
import { checksumOf } from '../setup/checksum';
import { createDatabase, type TestDatabase } from '../setup/database';
import { ImportProgram, type ImportRun } from '../setup/import-program';
import { runInProcess } from '../setup/in-process';
import { startService } from '../setup/service';
import { createTempFolder, removeFolder } from '../setup/temp-folder';
import { untilTrusted } from '../setup/until-trusted';
import { readVariable } from '../setup/variables';

const SAMPLE = dirname(require.resolve('sample-gtfs-feed/package.json'));

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

describe('npm run import:gtfs', () => {
  it('takes the sample feed, as its JSON files have it', async () => {
    const run = await start(join(SAMPLE, 'gtfs.zip')).ended;

    expect(run).toMatchObject({ code: 0, errors: '' });
    const sample = await readSample();
    expect(await query('SELECT name FROM concessionaires ORDER BY name')).toEqual(
      sample.agencies.map(({ agency_name }) => ({ name: agency_name })).sort(byName),
    );
    expect(await query('SELECT station_code, name, latitude, longitude FROM stations ORDER BY name')).toEqual(
      sample.stations
        .map((stop) => ({
          station_code: tidy(stop.stop_code || stop.stop_id),
          name: stop.stop_name,
          latitude: Number(stop.stop_lat),
          longitude: Number(stop.stop_lon),
        }))
        .sort(byName),
    );
    expect(await routes()).toEqual(
      sample.routes.map((route) => ({
        route_code: route.route_short_name,
        route_name: route.route_long_name,
        concessionaire: sample.agencies.find(({ agency_id }) => agency_id === route.agency_id)?.agency_name,
      })),
    );
    expect(await sequences()).toEqual(sample.sequences);
  });

  it('takes a folder as it does a zip file, and one whose files are in a folder', async () => {
    const dumps = [];
    const prefixed = await writeFeedZip(join(folder, 'prefixed.zip'), aFeed(), 'some/feed/');
    for (const feed of [await aFolder(aFeed()), await aZip(aFeed()), prefixed]) {
      const database = await createDatabase();
      afterTest(() => database.drop());
      expect(await importFrom(feed, ['--feed', 'tm'], database.url)).toMatchObject({ code: 0, errors: '' });
      const connection = await connect(database.url);
      dumps.push(await checksumOf(connection));
      await connection.end();
    }
    expect(dumps[1]).toEqual(dumps[0]);
    expect(dumps[2]).toEqual(dumps[0]);
  });

  it('makes stations of stations and of stops without one, and gives routes the stops that most trips have', async () => {
    const run = await importFrom(await aZip(aFeed()));

    expect(await query('SELECT station_code, name, station_type FROM stations ORDER BY station_id')).toEqual([
      { station_code: 'TM0001', name: 'Portal Norte', station_type: 'ESTACION' },
      { station_code: 'TM0002', name: 'Calle 100', station_type: 'PARADERO' },
      { station_code: 'TM0003', name: 'Calle 26', station_type: 'PARADERO' },
      { station_code: 'K4', name: 'Kerb', station_type: 'PARADERO' },
    ]);
    expect(await query('SELECT route_code, route_type FROM routes ORDER BY route_code')).toEqual([
      { route_code: 'B1', route_type: 'TRONCAL' },
      { route_code: 'r2', route_type: 'ZONAL_UCE' },
    ]);
    expect(await sequences()).toEqual({
      B1: ['Portal Norte', 'Calle 100', 'Calle 26'],
      r2: ['Kerb', 'Calle 26'],
    });
    expect(
      await query(
        'SELECT name, operates_troncal, operates_zonal_uce, operates_cable FROM concessionaires ORDER BY name',
      ),
    ).toEqual([
      { name: 'SITP', operates_troncal: false, operates_zonal_uce: true, operates_cable: false },
      { name: 'TransMilenio', operates_troncal: true, operates_zonal_uce: false, operates_cable: false },
    ]);
    expect(await report(run)).toEqual([
      'file,line,id,outcome,reason',
      'agency.txt,,,note,"columns that are not used: agency_url, agency_timezone"',
      'routes.txt,2,r1,note,its trips have 2 sequences of stops: taken is that of 2 of 3 trips; 0 of its stations are only in others',
      'stop_times.txt,,,note,"columns that are not used: arrival_time, departure_time"',
      'stops.txt,3,P1a,note,a platform: what stops there stops at the station P1',
      'stops.txt,4,P1b,note,a platform: what stops there stops at the station P1',
      'trips.txt,,,note,columns that are not used: service_id',
    ]);
  });

  it('prefers the longer of two sequences that equally many trips have', async () => {
    await importFrom(
      await aZip(
        aFeed({
          'stop_times.txt': [
            'trip_id,stop_id,stop_sequence',
            ...['S2', 'S3'].map((stop, n) => `t1,${stop},${n}`),
            ...['S3', 'S2', 'K4'].map((stop, n) => `t2,${stop},${n}`),
          ],
        }),
      ),
    );

    expect(await sequences()).toEqual({ B1: ['Calle 26', 'Calle 100', 'Kerb'] });
  });

  it('takes stops in the order of stop_sequence, a station once where platforms of it follow each other', async () => {
    const run = await importFrom(
      await aZip(
        aFeed({
          'trips.txt': ['route_id,trip_id', 'r1,t1'],
          'stop_times.txt': [
            'trip_id,stop_id,stop_sequence',
            't1,S3,100',
            't1,P1b,12',
            't1,P1a,7',
            't1,S2,9',
            't1,P1a,11',
          ],
        }),
      ),
    );

    expect(await sequences()).toEqual({ B1: ['Portal Norte', 'Calle 100', 'Portal Norte', 'Calle 26'] });
    expect((await report(run)).filter((line) => line.startsWith('stop_times'))).toEqual([
      'stop_times.txt,3,t1,note,it comes after a higher stop_sequence of its trip: taken in the order of stop_sequence',
      'stop_times.txt,4,t1,note,it comes after a higher stop_sequence of its trip: taken in the order of stop_sequence',
    ]);
  });

  it('says what a route is by its type, its network, or what the operator says about them', async () => {
    const feed = await aZip(
      aFeed({
        'routes.txt': [
          'route_id,route_short_name,route_type,network_id',
          'a,A,3,',
          'b,B,6,',
          'c,C,1501,',
          'd,D,3,trunk',
          'e,E,3,dual',
          'f,F,711,n1',
          'g,G,705,',
        ],
        'trips.txt': undefined,
        'stop_times.txt': undefined,
      }),
    );

    const run = await importFrom(feed, ['--network', 'n1=CABLE', '--route-type', '705=ALIMENTADORA']);

    expect(run).toMatchObject({ code: 2, errors: '' });
    expect(await query('SELECT route_code, route_type FROM routes ORDER BY route_code')).toEqual([
      { route_code: 'A', route_type: 'ZONAL_UCE' },
      { route_code: 'B', route_type: 'CABLE' },
      { route_code: 'D', route_type: 'TRONCAL' },
      { route_code: 'E', route_type: 'DUAL' },
      { route_code: 'F', route_type: 'CABLE' },
      { route_code: 'G', route_type: 'ALIMENTADORA' },
    ]);
    expect((await report(run)).filter((line) => line.includes('refused'))).toEqual([
      'routes.txt,4,c,refused,route_type 1501 has no counterpart here: give it one with --route-type 1501=…',
      'stop_times.txt,,,refused,the file is missing',
      'trips.txt,,,refused,the file is missing',
    ]);
  });

  it('reports each row that it refuses and why, takes the others, and ends with 2', async () => {
    const feed = await aZip({
      'agency.txt': ['agency_id,agency_name', 'TM,TransMilenio', ',Nobody', 'X,', 'TM,Twice'],
      'stops.txt': [
        'stop_id,stop_code,stop_name,stop_lat,stop_lon,location_type,parent_station,wheelchair_boarding',
        'A,1,Good,4.1,-74.1,,,1',
        'B,1,Good too,4.2,-74.2,,,1',
        'C,,Of the north pole,90.5,-74.1,,,',
        'D,,Nowhere,4.1,,,,',
        'E,,"Never\nthere",here,-74.1,,,',
        'F,,,4.1,-74.1,,,',
        'G,,Strange,4.1,-74.1,7,,',
        'A,,Again,4.1,-74.1,,,',
        'H,,Platform of nothing,4.1,-74.1,0,Z,',
        'I,,Platform of a platform,4.1,-74.1,0,B,',
        'J,,Platform of what is refused,4.1,-74.1,0,C,',
        'K,,Too,many,values,,,,8,9',
        ',,Without id,4.1,-74.1,,,',
        'L,,Door,4.1,-74.1,2,A,',
        `${'x'.repeat(101)},,Long,4.1,-74.1,,,`,
      ],
      'routes.txt': [
        'route_id,agency_id,route_short_name,route_long_name,route_type',
        'r1,TM,R,One,3',
        'r2,TM,R,Two,3',
        'r3,TM,,,3',
        'r4,TM,S,,x',
        'r5,TM,T,,',
        'r6,NO,U,,3',
        'r1,TM,V,,3',
      ],
      'trips.txt': ['route_id,trip_id', 'r1,t1', 'r9,t2', 'r4,t3', 'r1,t1', ',t4', 'r2,t5'],
      'stop_times.txt': [
        'trip_id,stop_id,stop_sequence',
        't1,A,1',
        't1,B,2',
        't1,B,2',
        't1,L,3',
        't1,Z,4',
        't1,C,5',
        't1,A,-1',
        't1,A,',
        't2,A,1',
        't9,A,1',
        't5,A,1',
      ],
      'shapes.txt': ['shape_id', 's'],
      'route_networks.txt': ['route_id', 'r1'],
    });

    const run = await importFrom(feed);

    expect(run).toMatchObject({ code: 2, errors: '' });
    expect(await report(run)).toEqual([
      'file,line,id,outcome,reason',
      'agency.txt,3,,refused,"agency_id is missing, and the feed has several agencies"',
      'agency.txt,4,X,refused,agency_name is missing',
      'agency.txt,5,TM,refused,"agency_id is that of an earlier row, line 2"',
      'route_networks.txt,,,refused,it has no column network_id: none of its rows is taken',
      'routes.txt,2,r1,note,route_short_name R is not its alone: its code is its route_id',
      'routes.txt,3,r2,note,route_short_name R is not its alone: its code is its route_id; none of its trips has two stops: its stops stay as they are',
      'routes.txt,4,r3,refused,route_short_name and route_long_name are missing',
      'routes.txt,5,r4,refused,route_type x has no counterpart here: give it one with --route-type x=…',
      'routes.txt,6,r5,refused,route_type is missing',
      'routes.txt,7,r6,note,agency_id NO is not among the agencies: it has no concessionaire; none of its trips has two stops: its stops stay as they are',
      'routes.txt,8,r1,refused,"route_id is that of an earlier row, line 2"',
      'shapes.txt,,,note,the file is not used',
      'stop_times.txt,4,t1,refused,"stop_sequence of the trip is that of an earlier row, line 3"',
      'stop_times.txt,5,t1,refused,stop_id L is not where vehicles stop',
      'stop_times.txt,6,t1,refused,stop_id Z is not among the stops',
      'stop_times.txt,7,t1,refused,stop_id C was refused: stop_lat 90.5 is not between -90 and 90',
      'stop_times.txt,8,t1,refused,stop_sequence -1 is not a whole number',
      'stop_times.txt,9,t1,refused,stop_sequence is missing',
      'stop_times.txt,10,t2,refused,trip_id t2 was refused: route_id r9 is not among the routes',
      'stop_times.txt,11,t9,refused,trip_id t9 is not among the trips',
      'stops.txt,,,note,columns that are not used: wheelchair_boarding',
      'stops.txt,2,A,note,stop_code 1 is not its alone: its code is its stop_id',
      'stops.txt,3,B,note,stop_code 1 is not its alone: its code is its stop_id',
      'stops.txt,4,C,refused,stop_lat 90.5 is not between -90 and 90',
      'stops.txt,5,D,note,stop_lat or stop_lon is missing: it has no position',
      'stops.txt,6,E,refused,stop_name must not contain the character U+000A',
      'stops.txt,8,F,refused,stop_name is missing',
      `stops.txt,9,G,refused,"location_type '7' is not one of 0, 1, 2, 3, 4"`,
      'stops.txt,10,A,refused,"stop_id is that of an earlier row, line 2"',
      'stops.txt,11,H,note,parent_station Z is no station that can be used: it is a station of its own',
      'stops.txt,12,I,note,parent_station B is no station that can be used: it is a station of its own',
      'stops.txt,13,J,note,parent_station C is no station that can be used: it is a station of its own',
      'stops.txt,14,K,refused,it has more values than there are columns',
      'stops.txt,15,,refused,stop_id is missing',
      'stops.txt,16,L,note,an entrance: not used',
      `stops.txt,17,${'x'.repeat(101)},refused,stop_id is longer than 100`,
      'trips.txt,3,t2,refused,route_id r9 is not among the routes',
      'trips.txt,4,t3,refused,route_id r4 was refused: route_type x has no counterpart here: give it one with --route-type x=…',
      'trips.txt,5,t1,refused,"trip_id is that of an earlier row, line 2"',
      'trips.txt,6,t4,refused,route_id is missing',
    ]);
    expect(await query('SELECT station_code FROM stations ORDER BY station_id')).toEqual([
      { station_code: 'A' },
      { station_code: 'B' },
      { station_code: 'D' },
      { station_code: 'H' },
      { station_code: 'I' },
      { station_code: 'J' },
    ]);
    expect(await sequences()).toEqual({ r1: ['Good', 'Good too'] });
  });

  it('reads a byte order mark, CRLF, quoted line breaks and spaces, and reports text that is not UTF-8', async () => {
    const stops = Buffer.concat([
      Buffer.from('\ufeffstop_id, stop_name ,stop_lat,stop_lon\r\nA,"Calle 26, ""La 26""",4.1,-74.1\r\n'),
      Buffer.from('B,"Dos\r\nlíneas",4.1,-74.1\r\n\r\n C , Caracas ,4.1,-74.1\r\nD,Bogot'),
      Buffer.from([0xe1]),
      Buffer.from(',4.1,-74.1\r\nE,a\0b,4.1,-74.1'),
    ]);
    const path = await aFolder(aFeed({ 'stops.txt': undefined }));
    await writeFile(join(path, 'stops.txt'), stops);

    const run = await importFrom(path);

    expect(await query('SELECT station_code, name FROM stations ORDER BY station_id')).toEqual([
      { station_code: 'A', name: 'Calle 26, "La 26"' },
      { station_code: 'C', name: 'Caracas' },
    ]);
    expect((await report(run)).filter((line) => line.startsWith('stops.txt'))).toEqual([
      'stops.txt,3,B,refused,stop_name must not contain the character U+000D',
      'stops.txt,7,D,refused,"it is not text in UTF-8: it has other bytes, or U+FFFD, which they became elsewhere"',
      'stops.txt,8,E,refused,stop_name must not contain the character U+0000',
    ]);
  });

  it('takes the rest when files are missing or empty', async () => {
    const run = await importFrom(await aZip(aFeed({ 'agency.txt': undefined, 'trips.txt': '' })));

    expect(run).toMatchObject({ code: 2, errors: '' });
    expect((await report(run)).filter((line) => line.includes('refused'))).toEqual([
      'agency.txt,,,refused,the file is missing',
      'trips.txt,,,refused,the file is empty',
    ]);
    expect(await query('SELECT count(*) AS stations FROM stations')).toEqual([{ stations: 4 }]);
  });

  it('reads a feed as the world writes it', async () => {
    const extra = (lines: readonly string[]): string[] => lines.map((line) => `${line},`);
    const path = await aFolder({
      'AGENCY.TXT': extra(['Agency_ID, "Agency_Name"', 'VBB,VBB']),
      'Stops.txt': extra([
        'stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station',
        'A,Half,.425,9.4E-4,,gone',
        'B,Lot,+4.,-7.41e1,0,C',
        'C,Refused,91,0,1,',
        'D,Station,4,-74,1,',
        'D1,,4,-74,0,D',
        'E,Door of nothing,4,-74,2,gone',
      ]),
      'trips.txt': ['route_id,trip_id', 'r,t'],
      'stop_times.txt': [
        'trip_id,stop_id,stop_sequence,location_id,location_group_id,arrival_time',
        't,A,1,,,7:00:00',
        't,,2,zone,,',
        't,,3,,group,',
        't,D1,4,,,25:35:00',
        't,,5,,,',
      ],
      'networks.txt': '',
      'calendar_dates.txt': ['service_id,date,exception_type'],
    });
    const routesFile = 'route_id,route_short_name,route_type\r\nr,Ñ 1,3\r\n';
    await writeFile(join(path, 'routes.txt'), Buffer.from(`\ufeff${routesFile}`, 'utf16le'));

    const run = await importFrom(path);

    expect(run).toMatchObject({ code: 2, errors: '' });
    expect(await query('SELECT station_code, latitude, longitude FROM stations ORDER BY 1')).toEqual([
      { station_code: 'A', latitude: 0.425, longitude: 0.00094 },
      { station_code: 'B', latitude: 4, longitude: -74.1 },
      { station_code: 'D', latitude: 4, longitude: -74 },
    ]);
    expect(await sequences()).toEqual({ 'Ñ 1': ['Half', 'Station'] });
    expect(await report(run)).toEqual([
      'file,line,id,outcome,reason',
      'calendar_dates.txt,,,note,the file is not used',
      'networks.txt,,,note,the file is empty',
      'stop_times.txt,,,note,columns that are not used: arrival_time',
      'stop_times.txt,3,t,note,"a service on demand, within an area or a group of stops: not used"',
      'stop_times.txt,4,t,note,"a service on demand, within an area or a group of stops: not used"',
      'stop_times.txt,6,t,refused,stop_id and location_id and location_group_id are missing',
      'stops.txt,2,A,note,parent_station gone is no station that can be used: it is a station of its own',
      'stops.txt,3,B,note,parent_station C is no station that can be used: it is a station of its own',
      'stops.txt,4,C,refused,stop_lat 91 is not between -90 and 90',
      'stops.txt,6,D1,note,a platform: what stops there stops at the station D',
      'stops.txt,7,E,note,an entrance: not used',
    ]);
  });

  it('never touches what another feed has: its own codes are its own, and a taken one gets its name', async () => {
    await insert(client, 'stations', { name: 'Nobody’s', station_code: 'K4', station_type: 'PORTAL' });
    await importFrom(await aZip(aFeed()), ['--feed', 'tm']);
    const others = `SELECT stations::text AS row FROM stations WHERE station_code NOT LIKE 'metro%'
      UNION ALL SELECT routes::text FROM routes WHERE route_code NOT LIKE 'metro%'
      UNION ALL SELECT concessionaires::text FROM concessionaires WHERE name NOT LIKE 'Metro%' ORDER BY 1`;
    const before = await query(others);
    expect(JSON.stringify(before)).toContain('Kerb');
    const metro = await aZip({
      'agency.txt': ['agency_id,agency_name', 'M,Metro de Cádiz S.A.'],
      'stops.txt': [
        'stop_id,stop_code,stop_name,stop_lat,stop_lon',
        'a,TM0001,Plaza,36.5,-6.3',
        'b,,Puerto,36.6,-6.2',
      ],
      'routes.txt': ['route_id,agency_id,route_short_name,route_type', 'x,M,B1,1'],
      'trips.txt': ['route_id,trip_id', 'x,t'],
      'stop_times.txt': ['trip_id,stop_id,stop_sequence', 't,a,1', 't,b,2'],
    });

    const first = await importFrom(metro);

    expect(first).toMatchObject({ code: 0, errors: '' });
    expect(first.output).toContain('The feed is metro-de-cadiz-s-a');
    expect((await report(first)).filter((line) => line.includes('here'))).toEqual([
      'routes.txt,2,x,note,B1 is a route of the feed tm: it is metro-de-cadiz-s-a:B1 here',
      'stops.txt,2,a,note,TM0001 is a station of the feed tm: it is metro-de-cadiz-s-a:TM0001 here',
    ]);
    const after = await query(others);
    expect(after.filter(({ row }) => !String(row).includes('Puerto'))).toEqual(before);
    expect(after).toHaveLength(before.length + 1);
    expect(await sequences()).toMatchObject({
      B1: ['Portal Norte', 'Calle 100', 'Calle 26'],
      'metro-de-cadiz-s-a:B1': ['Plaza', 'Puerto'],
    });

    const whole = await checksumOf(client);
    const again = await importFrom(metro, ['--deactivate-missing']);
    expect(again.output).toContain('routes: 0 new, 0 changed, 1 as they were, 0 not in the feed');
    expect(await checksumOf(client)).toEqual(whole);
  });

  it('asks which feed it is where some of its agencies are those of a feed here', async () => {
    await importFrom(await aZip(aFeed()));
    const before = await checksumOf(client);
    const some = aFeed({ 'agency.txt': ['agency_id,agency_name', 'SITP,SITP', 'M,Metro'] });

    expect((await importFrom(await aZip(some))).errors).toMatch(/say with --feed which feed it is/);
    expect(await checksumOf(client)).toEqual(before);
    expect(await importFrom(await aZip(some), ['--feed', 'metro'])).toMatchObject({ code: 0 });
  });

  it('counts on where it stops to list, and writes no formulas and no escape codes', async () => {
    const feed = aFeed({
      'stops.txt': [
        'stop_id,stop_name',
        "=cmd|' /C calc'!A0,",
        '@SUM(1),',
        'c,\u001b[31mred',
        'd,\u202egnp.exe',
        'e,\u200b\u200b',
        `f,${'x'.repeat(300)}`,
        ...Array.from({ length: 20 }, (_, n) => `${n},`),
      ],
      'stop_times.txt': ['trip_id,stop_id,stop_sequence,stop_id', 't1,S2,1,S3'],
    });

    const run = await importFrom(await aZip(feed), ['--max-findings', '7']);

    expect(run.output).toContain('stops.txt: 26 of 26 rows refused');
    expect((await report(run)).filter((line) => /^stop/.test(line))).toEqual([
      'stop_times.txt,,,refused,it has the column stop_id twice: none of its rows is taken',
      "stops.txt,2,'=cmd|' /C calc'!A0,refused,stop_name is missing",
      "stops.txt,3,'@SUM(1),refused,stop_name is missing",
      'stops.txt,4,c,refused,stop_name must not contain the character U+001B',
      'stops.txt,5,d,refused,stop_name must not contain the character U+202E',
      'stops.txt,6,e,refused,stop_name is missing',
      'stops.txt,7,f,refused,stop_name must have at most 255 characters',
      'stops.txt,8,0,refused,stop_name is missing',
      'stops.txt,,,refused,19 more like these are not listed: --max-findings lists more',
    ]);
    expect(await importFrom(await aZip(feed), ['--max-rows', '9'])).toMatchObject({
      code: 1,
      errors:
        'travel-recharge: the feed has more than 9 rows, and nothing is imported: --max-rows allows more\n',
    });
    const large = await aZip(aFeed({ 'stops.txt': `stop_id\n${'\n'.repeat(1_000_001)}` }));
    expect((await importFrom(large, ['--max-megabytes', '1'])).errors).toMatch(/at most 1000000 are read/);
  });

  it.each([
    ['no such file', () => Promise.resolve(join(folder, 'nothing.zip')), /cannot read the feed .*ENOENT/],
    [
      'no zip file',
      () => aFile('feed.zip', 'stop_id,stop_name\n'),
      /cannot read the feed .*end of central directory/i,
    ],
    ['a truncated one', () => aTruncatedZip(), /cannot read the feed .*end of central directory/i],
    ['a damaged one', () => aDamagedZip(), /cannot read stops\.txt: /],
    [
      'an encrypted one',
      () => aPatchedZip((bytes, at) => (bytes[at + 8] = 1)),
      /cannot read stops\.txt: it is encrypted/,
    ],
    [
      'one compressed otherwise',
      () => aPatchedZip((bytes, at) => (bytes[at + 10] = 93)),
      /cannot read stops\.txt: it is compressed by the method 93/,
    ],
    [
      'one with a wrong checksum',
      () => aPatchedZip((bytes, at) => bytes.writeUInt32LE(bytes.readUInt32LE(at + 16) ^ 1, at + 16)),
      /cannot read stops\.txt: it is damaged: its checksum is wrong/,
    ],
    [
      'one that says less than it has',
      () => aPatchedZip((bytes, at) => bytes.writeUInt32LE(9, at + 24)),
      /cannot read stops\.txt: too many bytes/,
    ],
    [
      'two files of one name',
      () => aZip({ 'stops.txt': 'stop_id\n', 'STOPS.TXT': 'stop_id\n' }),
      /two files of one name: stops\.txt and STOPS\.TXT/,
    ],
    ['a zip file in it', () => aZip({ 'vbb.zip': 'PK' }), /but other zip files: unpack it and take vbb\.zip/],
    ['a pipe', () => aPipe(join(folder, 'pipe.zip')), /it is neither a file nor a folder/],
    ['a device', () => Promise.resolve('/dev/zero'), /it is neither a file nor a folder/],
    ['a folder with a pipe', () => aFolderWith((path) => aPipe(path)), /stops\.txt is not a file/],
    ['a folder with a folder', () => aFolderWith((path) => mkdir(path)), /stops\.txt is not a file/],
    [
      'a folder with a link',
      () => aFolderWith((path) => symlink('/etc/passwd', path)),
      /stops\.txt is a link/,
    ],
    [
      'a name with escape codes',
      () => aFile('\u001b[31m.zip', ''),
      /cannot read the feed .*\\u\{1b\}\[31m\.zip: /,
    ],
    ['names that lead out of it', () => aSlippedZip(), /cannot read the feed .*invalid relative path/],
    ['nothing of GTFS', () => aZip({ 'readme.txt': 'hello\n' }), /has none of the files of GTFS/],
    [
      'several feeds',
      () => aZip({ 'a/stops.txt': 'stop_id\n', 'b/stops.txt': 'stop_id\n' }),
      /files in a, b/,
    ],
  ])('says in one line that it can not read %s, and changes nothing', async (_, feed, message) => {
    const before = await checksumOf(client);

    const run = await importFrom(await feed());

    expect(run.code).toBe(1);
    expect(run.errors).toMatch(message);
    expect(run.errors).toMatch(/^travel-recharge: .*\n$/);
    expect(await checksumOf(client)).toEqual(before);
  });

  it('changes nothing when the same feed comes again', async () => {
    const feed = await aZip(aFeed());
    await importFrom(feed);
    const before = await checksumOf(client);

    const again = await importFrom(feed);

    expect(again).toMatchObject({ code: 0, errors: '' });
    expect(again.output).toContain('stations: 0 new, 0 changed, 4 as they were, 0 not in the feed');
    expect(await checksumOf(client)).toEqual(before);
  });

  it('updates by code what a newer feed says, keeps ids, and what is the operator’s', async () => {
    await importFrom(await aZip(aFeed()));
    await client.query(
      `UPDATE stations SET is_active = false, station_type = 'PORTAL' WHERE station_code = 'TM0001'`,
    );
    await client.query(`UPDATE routes SET route_type = 'DUAL' WHERE route_code = 'B1'`);
    const ids = await query('SELECT station_code, station_id FROM stations ORDER BY 1');
    const newer = await aZip(
      aFeed({
        'stops.txt': [
          'stop_id,stop_code,stop_name,stop_lat,stop_lon,location_type',
          'changed,TM0001,Portal del Norte,4.76,-74.05,1',
          'S2,TM0002,Calle 100,4.68,-74.06,',
          'N5,TM0005,New,4.5,-74.5,',
        ],
        'trips.txt': ['route_id,trip_id', 'r1,t1'],
        'stop_times.txt': ['trip_id,stop_id,stop_sequence', 't1,N5,1', 't1,changed,2'],
      }),
    );

    const run = await importFrom(newer);

    expect(run.output).toContain('stations: 1 new, 1 changed, 1 as they were, 2 not in the feed');
    expect(await query('SELECT station_code, station_id FROM stations ORDER BY 1')).toEqual(
      [...ids, { station_code: 'TM0005', station_id: 5 }].sort((a, b) =>
        String(a.station_code).localeCompare(String(b.station_code), 'en'),
      ),
    );
    expect(
      await query(
        `SELECT name, latitude, station_type, is_active FROM stations WHERE station_code = 'TM0001'`,
      ),
    ).toEqual([{ name: 'Portal del Norte', latitude: 4.76, station_type: 'PORTAL', is_active: false }]);
    expect(await query(`SELECT route_type FROM routes WHERE route_code = 'B1'`)).toEqual([
      { route_type: 'DUAL' },
    ]);
    expect(await sequences()).toEqual({ B1: ['New', 'Portal del Norte'], r2: ['Kerb', 'Calle 26'] });
    expect(await report(run)).toContain(
      'routes.txt,2,r1,note,it stays DUAL; a new route of route_type 1 would be TRONCAL',
    );
  });

  it('lets the feed say what is in service only where it is asked to, and only by a feed without refusals', async () => {
    await insert(client, 'stations', { name: 'Old', station_code: 'OLD', station_type: 'PARADERO' });
    const active = 'SELECT station_code FROM stations WHERE is_active ORDER BY 1';
    await importFrom(await aZip(aFeed()));
    expect(await query(active)).toContainEqual({ station_code: 'OLD' });

    expect(await importFrom(await aZip(aFeed()), ['--deactivate-missing'])).toMatchObject({ code: 0 });
    expect(await query(active)).not.toContainEqual({ station_code: 'OLD' });
    expect(await query(active)).toHaveLength(4);

    const bad = await importFrom(await aZip(aFeed({ 'stops.txt': ['stop_id,stop_name', 'S2,'] })), [
      '--deactivate-missing',
    ]);
    expect(bad.code).toBe(1);
    expect(bad.errors).toMatch(/--deactivate-missing needs a feed whose stops and routes can all be used/);
    expect(await query(active)).toHaveLength(4);
  });

  it('only reports in a dry run', async () => {
    const before = await checksumOf(client);

    const run = await importFrom(await aZip(aFeed()), ['--dry-run']);

    expect(run).toMatchObject({ code: 0, errors: '' });
    expect(run.output).toContain('stations: 4 new, 0 changed, 0 as they were, 0 not in the feed');
    expect(run.output).toContain('nothing is changed');
    expect(await report(run)).toContain('trips.txt,,,note,columns that are not used: service_id');
    expect(await checksumOf(client)).toEqual(before);
  });

  it('is seen at once by a service that has cached the network', async () => {
    const service = await startService({
      databaseUrl: target.url,
      redisUrl: readVariable('TEST_REDIS_URL'),
      env: { REDIS_URL: readVariable('TEST_REDIS_URL') },
    });
    afterTest(() => service.stop());
    await untilTrusted(service);
    for (let n = 0; n < 2; n++) {
      expect((await ask(service, '/stations')).body).toMatchObject({ stations: [] });
      expect((await ask(service, '/routes/codes')).body).toEqual({ route_codes: [] });
      expect((await ask(service, '/stations/TM0002/details')).status).toBe(404);
    }
    const before = await ask(service, '/stations');
    expect(before.headers.get('x-cache')).toBe('HIT');

    expect(await importFrom(await aZip(aFeed()))).toMatchObject({ code: 0 });

    expect((await ask(service, '/stations')).body).toMatchObject({ stations: { length: 4 } });
    expect((await ask(service, '/routes/codes')).body).toEqual({ route_codes: ['B1', 'r2'] });
    expect((await ask(service, '/stations/TM0002/details')).body).toMatchObject({
      station_name: 'Calle 100',
      routes_serving: [{ route_code: 'B1' }],
    });
  });

  it('streams a large feed: 300,000 stop times in little memory', async () => {
    const feed = await aZip(aLargeFeed(200, 50, 30));

    const run = await start(feed, { NODE_OPTIONS: '--max-old-space-size=64' }).ended;

    expect(run).toMatchObject({ code: 0, errors: '' });
    expect(run.output).toContain('311,001 rows taken, 0 refused');
    expect(
      await query('SELECT count(*) AS stops, count(DISTINCT route_id) AS routes FROM route_stops'),
    ).toEqual([{ stops: 6_000, routes: 200 }]);
    expect((await sequences()).R7).toEqual(Array.from({ length: 30 }, (_, n) => `Stop ${(7 + n) % 800}`));
  });
});

function importFrom(
  feed: string,
  args: readonly string[] = [],
  databaseUrl = target.url,
): Promise<ImportRun> {
  return runInProcess(importGtfs, [feed, '--report', join(folder, 'report.csv'), ...args], databaseUrl);
}

function start(feed: string, env: Readonly<Record<string, string>> = {}): ImportProgram {
  const args = [feed, '--report', 'report.csv'];
  return ImportProgram.start(
    folder,
    args,
    { DATABASE_URL: target.url, ...env },
    'programs/gtfs/import-main.js',
  );
}

async function report(run: ImportRun): Promise<string[]> {
  const [, path = ''] = /^Report: (.*)$/m.exec(run.output) ?? [];
  return (await readFile(path, 'utf8')).trimEnd().split('\n');
}

async function query(sql: string): Promise<Record<string, unknown>[]> {
  return (await client.query<Record<string, unknown>>(sql)).rows;
}

function routes(): Promise<unknown[]> {
  return query(
    `SELECT route_code, route_name, concessionaires.name AS concessionaire
     FROM routes LEFT JOIN concessionaires USING (concessionaire_id) ORDER BY route_code`,
  );
}

/** The names of the stations of each route, in travel order. */
async function sequences(): Promise<Record<string, unknown>> {
  const rows = await query(
    `SELECT route_code, array_agg(name ORDER BY sequence_order) AS stations, array_agg(sequence_order ORDER BY sequence_order) AS places
     FROM route_stops JOIN routes USING (route_id) JOIN stations USING (station_id) GROUP BY route_code ORDER BY 1`,
  );
  for (const { places } of rows) expect(places).toEqual((places as number[]).map((_, n) => n + 1));
  return Object.fromEntries(rows.map(({ route_code, stations }) => [String(route_code), stations]));
}

function aZip(files: FeedFiles): Promise<string> {
  return writeFeedZip(join(folder, `${randomUUID()}.zip`), files);
}

function aFolder(files: FeedFiles): Promise<string> {
  return writeFeedFolder(join(folder, randomUUID()), files);
}

async function aFile(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text);
  return join(folder, name);
}

async function aTruncatedZip(): Promise<string> {
  const path = await aZip(aFeed());
  await truncate(path, 700);
  return path;
}

/** Its directory is whole, what it points at is not. */
async function aDamagedZip(): Promise<string> {
  const path = await aZip(aFeed());
  const bytes = await readFile(path);
  const start = bytes.indexOf('stops.txt') + 'stops.txt'.length;
  bytes.fill(0xff, start + 20, start + 120);
  await writeFile(path, bytes);
  return path;
}

/** Its entry of stops.txt in the directory is another one; what it points at stays. */
async function aPatchedZip(patch: (bytes: Buffer, at: number) => unknown): Promise<string> {
  const path = await aZip(aFeed());
  const bytes = await readFile(path);
  patch(bytes, bytes.lastIndexOf('stops.txt') - 46);
  await writeFile(path, bytes);
  return path;
}

async function aPipe(path: string): Promise<string> {
  await promisify(execFile)('mkfifo', [path]);
  return path;
}

async function aFolderWith(makeStops: (path: string) => Promise<unknown>): Promise<string> {
  const path = await aFolder(aFeed({ 'stops.txt': undefined }));
  await makeStops(join(path, 'stops.txt'));
  return path;
}

async function aSlippedZip(): Promise<string> {
  const path = await aZip(aFeed({ 'xx/slip.txt': 'out\n' }));
  const text = (await readFile(path)).toString('latin1').replaceAll('xx/slip.txt', '../slip.txt');
  await writeFile(path, text, 'latin1');
  return path;
}

function aLargeFeed(routeCount: number, tripsEach: number, stopsEach: number): FeedFiles {
  const range = (length: number): number[] => Array.from({ length }, (_, n) => n);
  const trips = range(routeCount).flatMap((route) =>
    range(tripsEach).map((trip) => ({ route, id: `t${route}-${trip}` })),
  );
  return {
    'agency.txt': ['agency_name', 'Only'],
    'stops.txt': [
      'stop_id,stop_name,stop_lat,stop_lon',
      ...range(800).map((n) => `s${n},Stop ${n},4.6,-74.1`),
    ],
    'routes.txt': ['route_id,route_short_name,route_type', ...range(routeCount).map((n) => `r${n},R${n},3`)],
    'trips.txt': ['route_id,trip_id', ...trips.map(({ route, id }) => `r${route},${id}`)],
    'stop_times.txt': [
      'trip_id,stop_id,stop_sequence',
      ...trips.flatMap(({ route, id }) => range(stopsEach).map((n) => `${id},s${(route + n) % 800},${n}`)),
    ],
  };
}

interface SampleStop {
  readonly stop_id: string;
  readonly stop_code?: string;
  readonly stop_name: string;
  readonly stop_lat: string;
  readonly stop_lon: string;
  readonly location_type?: string;
  readonly parent_station?: string;
}

/** What the sample feed says, worked out from its JSON by other means than the import's. */
async function readSample(): Promise<{
  agencies: { agency_id: string; agency_name: string }[];
  stations: SampleStop[];
  routes: { agency_id: string; route_short_name: string; route_long_name: string }[];
  sequences: Record<string, string[]>;
}> {
  const read = async <Row>(name: string): Promise<Row[]> =>
    JSON.parse(await readFile(join(SAMPLE, 'json', `${name}.json`), 'utf8')) as Row[];
  const agencies = await read<{ agency_id: string; agency_name: string }>('agency');
  const stops = await read<SampleStop>('stops');
  const lines = await read<{
    route_id: string;
    agency_id: string;
    route_short_name: string;
    route_long_name: string;
  }>('routes');
  const trips = await read<{ trip_id: string; route_id: string }>('trips');
  const times = await read<{ trip_id: string; stop_id: string; stop_sequence: string }>('stop_times');
  const stationOf = (id: string): SampleStop | undefined => {
    const stop = stops.find(({ stop_id }) => stop_id === id);
    return stop?.parent_station ? stationOf(stop.parent_station) : stop;
  };
  const sequenceOf = (trip: string): string[] =>
    times
      .filter(({ trip_id }) => trip_id === trip)
      .sort((a, b) => Number(a.stop_sequence) - Number(b.stop_sequence))
      .map(({ stop_id }) => stationOf(stop_id)?.stop_name ?? '');
  const sequences = lines.map(({ route_id, route_short_name }): [string, string[]] => {
    const all = trips.filter((trip) => trip.route_id === route_id).map(({ trip_id }) => sequenceOf(trip_id));
    const count = (stations: string[]): number =>
      all.filter((other) => other.join() === stations.join()).length;
    all.sort((a, b) => count(b) - count(a) || b.length - a.length);
    return [route_short_name, all[0] ?? []];
  });
  return {
    agencies,
    stations: stops.filter(({ stop_id }) => stationOf(stop_id)?.stop_id === stop_id),
    routes: lines.sort((a, b) => a.route_short_name.localeCompare(b.route_short_name, 'en')),
    sequences: Object.fromEntries(sequences),
  };
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1;
}
