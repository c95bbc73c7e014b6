import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readSample, SAMPLE } from '../builders/sample-gtfs-feed';
import { tidy } from '../../src/common/text/tidy';
import { connect } from '../builders/connect';
import { aFeed, type FeedFiles, writeFeedZip } from '../builders/gtfs-feed';
import { afterTest } from '../setup/after-test';
import { checksumOf } from '../setup/checksum';
import { createDatabase } from '../setup/database';
import { GtfsTarget, reportOf } from '../setup/gtfs-target';

let target: GtfsTarget;

beforeEach(async () => {
  target = await GtfsTarget.create();
});

describe('npm run import:gtfs', () => {
  it('takes the sample feed, as its JSON files have it', async () => {
    const run = await target.start(join(SAMPLE, 'gtfs.zip')).ended;

    expect(run).toMatchObject({ code: 0, errors: '' });
    const sample = await readSample();
    expect(await target.query('SELECT name FROM concessionaires ORDER BY name')).toEqual(
      sample.agencies.map(({ agency_name }) => ({ name: agency_name })).sort(byName),
    );
    expect(
      await target.query('SELECT station_code, name, latitude, longitude FROM stations ORDER BY name'),
    ).toEqual(
      sample.stations
        .map((stop) => ({
          station_code: tidy(stop.stop_code || stop.stop_id),
          name: stop.stop_name,
          latitude: Number(stop.stop_lat),
          longitude: Number(stop.stop_lon),
        }))
        .sort(byName),
    );
    expect(await target.routes()).toEqual(
      sample.routes.map((route) => ({
        route_code: route.route_short_name,
        route_name: route.route_long_name,
        concessionaire: sample.agencies.find(({ agency_id }) => agency_id === route.agency_id)?.agency_name,
      })),
    );
    expect(await target.sequences()).toEqual(sample.sequences);
  });

  it('takes a folder as it does a zip file, and one whose files are in a folder', async () => {
    const dumps = [];
    const prefixed = await writeFeedZip(join(target.folder, 'prefixed.zip'), aFeed(), 'some/feed/');
    for (const feed of [await target.aFolder(aFeed()), await target.aZip(aFeed()), prefixed]) {
      const database = await createDatabase();
      afterTest(() => database.drop());
      expect(await target.importFrom(feed, ['--feed', 'tm'], database.url)).toMatchObject({
        code: 0,
        errors: '',
      });
      const connection = await connect(database.url);
      // The entry that each import leaves in the audit trail has a time.
      dumps.push({ ...(await checksumOf(connection)), audit_entries: null });
      await connection.end();
    }
    expect(dumps[1]).toEqual(dumps[0]);
    expect(dumps[2]).toEqual(dumps[0]);
  });

  it('makes stations of stations and of stops without one, and gives routes the stops that most trips have', async () => {
    const run = await target.importFrom(await target.aZip(aFeed()));

    expect(
      await target.query('SELECT station_code, name, station_type FROM stations ORDER BY station_id'),
    ).toEqual([
      { station_code: 'TM0001', name: 'Portal Norte', station_type: 'ESTACION' },
      { station_code: 'TM0002', name: 'Calle 100', station_type: 'PARADERO' },
      { station_code: 'TM0003', name: 'Calle 26', station_type: 'PARADERO' },
      { station_code: 'K4', name: 'Kerb', station_type: 'PARADERO' },
    ]);
    expect(await target.query('SELECT route_code, route_type FROM routes ORDER BY route_code')).toEqual([
      { route_code: 'B1', route_type: 'TRONCAL' },
      { route_code: 'r2', route_type: 'ZONAL_UCE' },
    ]);
    expect(await target.sequences()).toEqual({
      B1: ['Portal Norte', 'Calle 100', 'Calle 26'],
      r2: ['Kerb', 'Calle 26'],
    });
    expect(
      await target.query(
        'SELECT name, operates_troncal, operates_zonal_uce, operates_cable FROM concessionaires ORDER BY name',
      ),
    ).toEqual([
      { name: 'SITP', operates_troncal: false, operates_zonal_uce: true, operates_cable: false },
      { name: 'TransMilenio', operates_troncal: true, operates_zonal_uce: false, operates_cable: false },
    ]);
    expect(await reportOf(run)).toEqual([
      'file,line,id,outcome,reason',
      'agency.txt,,,note,"columns that are not used: agency_url, agency_timezone"',
      'routes.txt,2,r1,note,its trips have 2 sequences of stops: the one of 2 of 3 trips is imported; 0 of its stations are only in the others',
      'stop_times.txt,,,note,"columns that are not used: arrival_time, departure_time"',
      'stops.txt,3,P1a,note,a platform: what stops there stops at the station P1',
      'stops.txt,4,P1b,note,a platform: what stops there stops at the station P1',
      'trips.txt,,,note,columns that are not used: service_id',
    ]);
  });

  it('prefers the longer of two sequences that equally many trips have', async () => {
    await target.importFrom(
      await target.aZip(
        aFeed({
          'stop_times.txt': [
            'trip_id,stop_id,stop_sequence',
            ...['S2', 'S3'].map((stop, n) => `t1,${stop},${n}`),
            ...['S3', 'S2', 'K4'].map((stop, n) => `t2,${stop},${n}`),
          ],
        }),
      ),
    );

    expect(await target.sequences()).toEqual({ B1: ['Calle 26', 'Calle 100', 'Kerb'] });
  });

  it('takes stops in the order of stop_sequence, a station once where platforms of it follow each other', async () => {
    const run = await target.importFrom(
      await target.aZip(
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

    expect(await target.sequences()).toEqual({
      B1: ['Portal Norte', 'Calle 100', 'Portal Norte', 'Calle 26'],
    });
    expect((await reportOf(run)).filter((line) => line.startsWith('stop_times'))).toEqual([
      'stop_times.txt,3,t1,note,it comes after a higher stop_sequence of its trip: the stops are read in the order of stop_sequence',
      'stop_times.txt,4,t1,note,it comes after a higher stop_sequence of its trip: the stops are read in the order of stop_sequence',
    ]);
  });

  it('says what a route is by its type, its network, or what the operator says about them', async () => {
    const feed = await target.aZip(
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

    const run = await target.importFrom(feed, ['--network', 'n1=CABLE', '--route-type', '705=ALIMENTADORA']);

    expect(run).toMatchObject({ code: 2, errors: '' });
    expect(await target.query('SELECT route_code, route_type FROM routes ORDER BY route_code')).toEqual([
      { route_code: 'A', route_type: 'ZONAL_UCE' },
      { route_code: 'B', route_type: 'CABLE' },
      { route_code: 'D', route_type: 'TRONCAL' },
      { route_code: 'E', route_type: 'DUAL' },
      { route_code: 'F', route_type: 'CABLE' },
      { route_code: 'G', route_type: 'ALIMENTADORA' },
    ]);
    expect((await reportOf(run)).filter((line) => line.includes('refused'))).toEqual([
      'routes.txt,4,c,refused,route_type 1501 has no counterpart here: give it one with --route-type 1501=…',
      'stop_times.txt,,,refused,the file is missing',
      'trips.txt,,,refused,the file is missing',
    ]);
  });

  it('reads a byte order mark, CRLF, quoted line breaks and spaces, and reports text that is not UTF-8', async () => {
    const stops = Buffer.concat([
      Buffer.from('\ufeffstop_id, stop_name ,stop_lat,stop_lon\r\nA,"Calle 26, ""La 26""",4.1,-74.1\r\n'),
      Buffer.from('B,"Dos\r\nlíneas",4.1,-74.1\r\n\r\n C , Caracas ,4.1,-74.1\r\nD,Bogot'),
      Buffer.from([0xe1]),
      Buffer.from(',4.1,-74.1\r\nE,a\0b,4.1,-74.1'),
    ]);
    const path = await target.aFolder(aFeed({ 'stops.txt': undefined }));
    await writeFile(join(path, 'stops.txt'), stops);

    const run = await target.importFrom(path);

    expect(await target.query('SELECT station_code, name FROM stations ORDER BY station_id')).toEqual([
      { station_code: 'A', name: 'Calle 26, "La 26"' },
      { station_code: 'C', name: 'Caracas' },
    ]);
    expect((await reportOf(run)).filter((line) => line.startsWith('stops.txt'))).toEqual([
      'stops.txt,3,B,refused,stop_name must not contain the character U+000D',
      'stops.txt,7,D,refused,"it is not text in UTF-8: it has other bytes, or U+FFFD, which they became elsewhere"',
      'stops.txt,8,E,refused,stop_name must not contain the character U+0000',
    ]);
  });

  it('takes the rest when files are missing or empty', async () => {
    const run = await target.importFrom(
      await target.aZip(aFeed({ 'agency.txt': undefined, 'trips.txt': '' })),
    );

    expect(run).toMatchObject({ code: 2, errors: '' });
    expect((await reportOf(run)).filter((line) => line.includes('refused'))).toEqual([
      'agency.txt,,,refused,the file is missing',
      'trips.txt,,,refused,the file is empty',
    ]);
    expect(await target.query('SELECT count(*) AS stations FROM stations')).toEqual([{ stations: 4 }]);
  });

  it('reads a feed as the world writes it', async () => {
    const extra = (lines: readonly string[]): string[] => lines.map((line) => `${line},`);
    const path = await target.aFolder({
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

    const run = await target.importFrom(path);

    expect(run).toMatchObject({ code: 2, errors: '' });
    expect(await target.query('SELECT station_code, latitude, longitude FROM stations ORDER BY 1')).toEqual([
      { station_code: 'A', latitude: 0.425, longitude: 0.00094 },
      { station_code: 'B', latitude: 4, longitude: -74.1 },
      { station_code: 'D', latitude: 4, longitude: -74 },
    ]);
    expect(await target.sequences()).toEqual({ 'Ñ 1': ['Half', 'Station'] });
    expect(await reportOf(run)).toEqual([
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

  it('streams a large feed: 300,000 stop times in little memory', async () => {
    const feed = await target.aZip(aLargeFeed(200, 50, 30));

    const run = await target.start(feed, { NODE_OPTIONS: '--max-old-space-size=64' }).ended;

    expect(run).toMatchObject({ code: 0, errors: '' });
    expect(run.output).toContain('311,001 rows accepted, 0 refused');
    expect(
      await target.query('SELECT count(*) AS stops, count(DISTINCT route_id) AS routes FROM route_stops'),
    ).toEqual([{ stops: 6_000, routes: 200 }]);
    expect((await target.sequences()).R7).toEqual(
      Array.from({ length: 30 }, (_, n) => `Stop ${(7 + n) % 800}`),
    );
  });
});

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

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1;
}
