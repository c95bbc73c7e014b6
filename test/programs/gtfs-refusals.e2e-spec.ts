import { execFile } from 'node:child_process';
import { mkdir, readFile, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { aFeed } from '../builders/gtfs-feed';
import { checksumOf } from '../setup/checksum';
import { GtfsTarget, reportOf } from '../setup/gtfs-target';

let target: GtfsTarget;

beforeEach(async () => {
  target = await GtfsTarget.create();
});

describe('npm run import:gtfs, of a feed with faults,', () => {
  it('reports each row that it refuses and why, takes the others, and ends with 2', async () => {
    const feed = await target.aZip({
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

    const run = await target.importFrom(feed);

    expect(run).toMatchObject({ code: 2, errors: '' });
    expect(await reportOf(run)).toEqual([
      'file,line,id,outcome,reason',
      'agency.txt,3,,refused,"agency_id is missing, and the feed has several agencies"',
      'agency.txt,4,X,refused,agency_name is missing',
      'agency.txt,5,TM,refused,"agency_id is that of an earlier row, line 2"',
      'route_networks.txt,,,refused,it has no column network_id: none of its rows is imported',
      'routes.txt,2,r1,note,route_short_name R also belongs to another route: the route_id becomes its code',
      'routes.txt,3,r2,note,route_short_name R also belongs to another route: the route_id becomes its code; none of its trips has two stops: its stops stay as they are',
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
      'stops.txt,2,A,note,stop_code 1 also belongs to another stop: the stop_id becomes its code',
      'stops.txt,3,B,note,stop_code 1 also belongs to another stop: the stop_id becomes its code',
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
    expect(await target.query('SELECT station_code FROM stations ORDER BY station_id')).toEqual([
      { station_code: 'A' },
      { station_code: 'B' },
      { station_code: 'D' },
      { station_code: 'H' },
      { station_code: 'I' },
      { station_code: 'J' },
    ]);
    expect(await target.sequences()).toEqual({ r1: ['Good', 'Good too'] });
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

    const run = await target.importFrom(await target.aZip(feed), ['--max-findings', '7']);

    expect(run.output).toContain('stops.txt: 26 of 26 rows refused');
    expect((await reportOf(run)).filter((line) => /^stop/.test(line))).toEqual([
      'stop_times.txt,,,refused,it has the column stop_id twice: none of its rows is imported',
      "stops.txt,2,'=cmd|' /C calc'!A0,refused,stop_name is missing",
      "stops.txt,3,'@SUM(1),refused,stop_name is missing",
      'stops.txt,4,c,refused,stop_name must not contain the character U+001B',
      'stops.txt,5,d,refused,stop_name must not contain the character U+202E',
      'stops.txt,6,e,refused,stop_name is missing',
      'stops.txt,7,f,refused,stop_name must have at most 255 characters',
      'stops.txt,8,0,refused,stop_name is missing',
      'stops.txt,,,refused,19 more like these are not listed: a larger --max-findings lists them',
    ]);
    expect(await target.importFrom(await target.aZip(feed), ['--max-rows', '9'])).toMatchObject({
      code: 1,
      errors:
        'travel-recharge: the feed has more than 9 rows, and nothing is imported: a larger --max-rows allows more\n',
    });
    const large = await target.aZip(aFeed({ 'stops.txt': `stop_id\n${'\n'.repeat(1_000_001)}` }));
    expect((await target.importFrom(large, ['--max-megabytes', '1'])).errors).toMatch(
      /at most 1000000 are read/,
    );
  });

  it.each([
    [
      'no such file',
      () => Promise.resolve(join(target.folder, 'nothing.zip')),
      /cannot read the feed .*ENOENT/,
    ],
    [
      'no zip file',
      () => target.aFile('feed.zip', 'stop_id,stop_name\n'),
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
      () => target.aZip({ 'stops.txt': 'stop_id\n', 'STOPS.TXT': 'stop_id\n' }),
      /two files of one name: stops\.txt and STOPS\.TXT/,
    ],
    [
      'a zip file in it',
      () => target.aZip({ 'vbb.zip': 'PK' }),
      /but other zip files: unpack it and take vbb\.zip/,
    ],
    ['a pipe', () => aPipe(join(target.folder, 'pipe.zip')), /it is neither a file nor a folder/],
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
      () => target.aFile('\u001b[31m.zip', ''),
      /cannot read the feed .*\\u\{1b\}\[31m\.zip: /,
    ],
    ['names that lead out of it', () => aSlippedZip(), /cannot read the feed .*invalid relative path/],
    ['nothing of GTFS', () => target.aZip({ 'readme.txt': 'hello\n' }), /has none of the files of GTFS/],
    [
      'several feeds',
      () => target.aZip({ 'a/stops.txt': 'stop_id\n', 'b/stops.txt': 'stop_id\n' }),
      /files in a, b/,
    ],
  ])('says in one line that it can not read %s, and changes nothing', async (_, feed, message) => {
    const before = await checksumOf(target.client);

    const run = await target.importFrom(await feed());

    expect(run.code).toBe(1);
    expect(run.errors).toMatch(message);
    expect(run.errors).toMatch(/^travel-recharge: .*\n$/);
    expect(await checksumOf(target.client)).toEqual(before);
  });
});

async function aTruncatedZip(): Promise<string> {
  const path = await target.aZip(aFeed());
  await truncate(path, 700);
  return path;
}

/** Its directory is whole, what it points at is not. */
async function aDamagedZip(): Promise<string> {
  const path = await target.aZip(aFeed());
  const bytes = await readFile(path);
  const start = bytes.indexOf('stops.txt') + 'stops.txt'.length;
  bytes.fill(0xff, start + 20, start + 120);
  await writeFile(path, bytes);
  return path;
}

/** Its entry of stops.txt in the directory is another one; what it points at stays. */
async function aPatchedZip(patch: (bytes: Buffer, at: number) => unknown): Promise<string> {
  const path = await target.aZip(aFeed());
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
  const path = await target.aFolder(aFeed({ 'stops.txt': undefined }));
  await makeStops(join(path, 'stops.txt'));
  return path;
}

async function aSlippedZip(): Promise<string> {
  const path = await target.aZip(aFeed({ 'xx/slip.txt': 'out\n' }));
  const text = (await readFile(path)).toString('latin1').replaceAll('xx/slip.txt', '../slip.txt');
  await writeFile(path, text, 'latin1');
  return path;
}
