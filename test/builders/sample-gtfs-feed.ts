import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** The folder of the package that has it. */
export const SAMPLE = dirname(require.resolve('sample-gtfs-feed/package.json'));

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
export async function readSample(): Promise<{
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
