import { aFeed } from '../builders/gtfs-feed';
import { insert } from '../builders/insert';
import { afterTest } from '../setup/after-test';
import { ask } from '../setup/api';
import { sourceOf } from '../setup/ask-cached';
import { checksumOf } from '../setup/checksum';
import { GtfsTarget, reportOf } from '../setup/gtfs-target';
import { startService } from '../setup/service';
import { until } from '../setup/until';
import { untilTrusted } from '../setup/until-trusted';
import { readVariable } from '../setup/variables';

let target: GtfsTarget;

beforeEach(async () => {
  target = await GtfsTarget.create();
});

describe('npm run import:gtfs, where there is a network already,', () => {
  it('never touches what another feed has: its own codes are its own, and a taken one gets its name', async () => {
    await insert(target.client, 'stations', { name: 'Nobody’s', station_code: 'K4', station_type: 'PORTAL' });
    await target.importFrom(await target.aZip(aFeed()), ['--feed', 'tm']);
    const others = `SELECT stations::text AS row FROM stations WHERE station_code NOT LIKE 'metro%'
      UNION ALL SELECT routes::text FROM routes WHERE route_code NOT LIKE 'metro%'
      UNION ALL SELECT concessionaires::text FROM concessionaires WHERE name NOT LIKE 'Metro%' ORDER BY 1`;
    const before = await target.query(others);
    expect(JSON.stringify(before)).toContain('Kerb');
    const metro = await target.aZip({
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

    const first = await target.importFrom(metro);

    expect(first).toMatchObject({ code: 0, errors: '' });
    expect(first.output).toContain('The feed is metro-de-cadiz-s-a');
    expect((await reportOf(first)).filter((line) => line.includes('here'))).toEqual([
      'routes.txt,2,x,note,the code B1 belongs to a route of the feed tm: here it is metro-de-cadiz-s-a:B1',
      'stops.txt,2,a,note,the code TM0001 belongs to a station of the feed tm: here it is metro-de-cadiz-s-a:TM0001',
    ]);
    const after = await target.query(others);
    expect(after.filter(({ row }) => !String(row).includes('Puerto'))).toEqual(before);
    expect(after).toHaveLength(before.length + 1);
    expect(await target.sequences()).toMatchObject({
      B1: ['Portal Norte', 'Calle 100', 'Calle 26'],
      'metro-de-cadiz-s-a:B1': ['Plaza', 'Puerto'],
    });

    const whole = await checksumOf(target.client);
    const again = await target.importFrom(metro, ['--deactivate-missing']);
    expect(again.output).toContain('routes: 0 new, 0 changed, 1 as they were, 0 not in the feed');
    expect(await checksumOf(target.client)).toEqual(whole);
  });

  it('asks which feed it is where some of its agencies are those of a feed here', async () => {
    await target.importFrom(await target.aZip(aFeed()));
    const before = await checksumOf(target.client);
    const some = aFeed({ 'agency.txt': ['agency_id,agency_name', 'SITP,SITP', 'M,Metro'] });

    expect((await target.importFrom(await target.aZip(some))).errors).toMatch(/name one of them with --feed/);
    expect(await checksumOf(target.client)).toEqual(before);
    expect(await target.importFrom(await target.aZip(some), ['--feed', 'metro'])).toMatchObject({ code: 0 });
  });

  it('changes nothing when the same feed comes again', async () => {
    const feed = await target.aZip(aFeed());
    await target.importFrom(feed);
    expect(
      await target.query(
        'SELECT client, operation, object_kind, object_id, outcome, reason FROM audit_entries',
      ),
    ).toEqual([
      {
        client: 'program:import:gtfs',
        operation: 'npm run import:gtfs',
        object_kind: 'feed',
        object_id: '1',
        outcome: 'changed',
        reason: 'feeds: 1, concessionaires: 2, stations: 4, routes: 2, route_stops: 5',
      },
    ]);
    const before = await checksumOf(target.client);

    const again = await target.importFrom(feed);

    expect(again).toMatchObject({ code: 0, errors: '' });
    expect(again.output).toContain('stations: 0 new, 0 changed, 4 as they were, 0 not in the feed');
    expect(await checksumOf(target.client)).toEqual(before);
  });

  it('updates by code what a newer feed says, keeps ids, and what is the operator’s', async () => {
    await target.importFrom(await target.aZip(aFeed()));
    await target.client.query(
      `UPDATE stations SET is_active = false, station_type = 'PORTAL' WHERE station_code = 'TM0001'`,
    );
    await target.client.query(`UPDATE routes SET route_type = 'DUAL' WHERE route_code = 'B1'`);
    const ids = await target.query('SELECT station_code, station_id FROM stations ORDER BY 1');
    const newer = await target.aZip(
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

    const run = await target.importFrom(newer);

    expect(run.output).toContain('stations: 1 new, 1 changed, 1 as they were, 2 not in the feed');
    expect(await target.query('SELECT station_code, station_id FROM stations ORDER BY 1')).toEqual(
      [...ids, { station_code: 'TM0005', station_id: 5 }].sort((a, b) =>
        String(a.station_code).localeCompare(String(b.station_code), 'en'),
      ),
    );
    expect(
      await target.query(
        `SELECT name, latitude, station_type, is_active FROM stations WHERE station_code = 'TM0001'`,
      ),
    ).toEqual([{ name: 'Portal del Norte', latitude: 4.76, station_type: 'PORTAL', is_active: false }]);
    expect(await target.query(`SELECT route_type FROM routes WHERE route_code = 'B1'`)).toEqual([
      { route_type: 'DUAL' },
    ]);
    expect(await target.sequences()).toEqual({ B1: ['New', 'Portal del Norte'], r2: ['Kerb', 'Calle 26'] });
    expect(await reportOf(run)).toContain(
      'routes.txt,2,r1,note,it stays DUAL; a new route of route_type 1 would be TRONCAL',
    );
  });

  it('lets the feed say what is in service only where it is asked to, and only by a feed without refusals', async () => {
    await insert(target.client, 'stations', { name: 'Old', station_code: 'OLD', station_type: 'PARADERO' });
    const active = 'SELECT station_code FROM stations WHERE is_active ORDER BY 1';
    await target.importFrom(await target.aZip(aFeed()));
    expect(await target.query(active)).toContainEqual({ station_code: 'OLD' });

    expect(await target.importFrom(await target.aZip(aFeed()), ['--deactivate-missing'])).toMatchObject({
      code: 0,
    });
    expect(await target.query(active)).not.toContainEqual({ station_code: 'OLD' });
    expect(await target.query(active)).toHaveLength(4);

    const bad = await target.importFrom(
      await target.aZip(aFeed({ 'stops.txt': ['stop_id,stop_name', 'S2,'] })),
      ['--deactivate-missing'],
    );
    expect(bad.code).toBe(1);
    expect(bad.errors).toMatch(/--deactivate-missing needs a feed whose stops and routes can all be used/);
    expect(await target.query(active)).toHaveLength(4);
  });

  it('only reports in a dry run', async () => {
    const before = await checksumOf(target.client);

    const run = await target.importFrom(await target.aZip(aFeed()), ['--dry-run']);

    expect(run).toMatchObject({ code: 0, errors: '' });
    expect(run.output).toContain('stations: 4 new, 0 changed, 0 as they were, 0 not in the feed');
    expect(run.output).toContain('nothing is changed');
    expect(await reportOf(run)).toContain('trips.txt,,,note,columns that are not used: service_id');
    expect(await checksumOf(target.client)).toEqual(before);
  });

  it('is seen at once by a service that has cached the network', async () => {
    const service = await startService({
      databaseUrl: target.database.url,
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
    await until('it is a hit', async () => sourceOf(await ask(service, '/stations')) === 'HIT');

    expect(await target.importFrom(await target.aZip(aFeed()))).toMatchObject({ code: 0 });

    expect((await ask(service, '/stations')).body).toMatchObject({ stations: { length: 4 } });
    expect((await ask(service, '/routes/codes')).body).toEqual({ route_codes: ['B1', 'r2'] });
    expect((await ask(service, '/stations/TM0002/details')).body).toMatchObject({
      station_name: 'Calle 100',
      routes_serving: [{ route_code: 'B1' }],
    });
  });
});
