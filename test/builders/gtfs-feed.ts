import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';

/** The files of a feed by name: lines of text, or text as it is. */
export type FeedFiles = Readonly<Record<string, string | readonly string[]>>;

/** A small feed: two agencies, a line with a station of two platforms, and a bus. */
export function aFeed(
  changes: Readonly<Record<string, string | readonly string[] | undefined>> = {},
): FeedFiles {
  const files = {
    'agency.txt': [
      'agency_id,agency_name,agency_url,agency_timezone',
      'TM,TransMilenio,https://example.org,America/Bogota',
      'SITP,SITP,https://example.org,America/Bogota',
    ],
    'stops.txt': [
      'stop_id,stop_code,stop_name,stop_lat,stop_lon,location_type,parent_station',
      'P1,TM0001,Portal Norte,4.75,-74.05,1,',
      'P1a,,Portal Norte A,4.7501,-74.0501,0,P1',
      'P1b,,Portal Norte B,4.7502,-74.0502,,P1',
      'S2,TM0002,Calle 100,4.68,-74.06,,',
      'S3,TM0003,Calle 26,4.62,-74.07,,',
      'K4,,Kerb,4.6,-74.1,,',
    ],
    'routes.txt': [
      'route_id,agency_id,route_short_name,route_long_name,route_type',
      'r1,TM,B1,Portal Norte - Calle 26,1',
      'r2,SITP,,Kerb - Calle 26,3',
    ],
    'trips.txt': ['route_id,service_id,trip_id', 'r1,all,t1', 'r1,all,t2', 'r1,all,t3', 'r2,all,t4'],
    'stop_times.txt': [
      'trip_id,arrival_time,departure_time,stop_id,stop_sequence',
      ...stopTimes('t1', ['P1a', 'S2', 'S3']),
      ...stopTimes('t2', ['P1b', 'S2', 'S3']),
      ...stopTimes('t3', ['P1a', 'S3']),
      ...stopTimes('t4', ['K4', 'S3']),
    ],
    ...changes,
  };
  return Object.fromEntries(
    Object.entries(files).flatMap(([name, lines]) => (lines === undefined ? [] : [[name, lines]])),
  );
}

export function stopTimes(trip: string, stops: readonly string[]): string[] {
  return stops.map((stop, n) => `${trip},,,${stop},${n + 1}`);
}

export async function writeFeedFolder(folder: string, files: FeedFiles): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (const [name, lines] of Object.entries(files)) await writeFile(join(folder, name), textOf(lines));
  return folder;
}

/** @param prefix of the names inside, such as `feed/`. */
export async function writeFeedZip(path: string, files: FeedFiles, prefix = ''): Promise<string> {
  const zip = new ZipFile();
  for (const [name, lines] of Object.entries(files)) zip.addBuffer(Buffer.from(textOf(lines)), prefix + name);
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(path));
  return path;
}

function textOf(lines: string | readonly string[]): string {
  return typeof lines === 'string' ? lines : `${lines.join('\n')}\n`;
}
