import type { Job } from '../load/job';
import type { Bench } from './bench';
import { cardsOf } from './cards';
import { endTripsSince, newestTrip } from './open-trips';
import { postmasterOf } from './postmaster';
import type { RunningServer } from './running-server';
import { type Sample, takeSample } from './sample';
import { findPlaces } from './stops';

/** Requests after which a write costs no less. */
export const WRITES_WARM_UP = 4_000;

/** Turns of one kind of write, by so many callers. */
export type WriteTurns = (callers: number) => Promise<Sample>;

export const RECHARGE = { path: '/recharges', body: '{"card_id":{card},"amount":1000}', isKeyed: true };
const BOARDING = {
  path: '/trips/start',
  body: '{"card_id":{card},"route_id":{route},"boarding_station_id":{station}}',
};

/** Each recharge on another card, with an Idempotency-Key. */
export async function recharging(bench: Bench, database: string, server: RunningServer): Promise<WriteTurns> {
  const cards = await cardsOf(database);
  const postmaster = await postmasterOf(database);
  return (connections) =>
    takeSample({ pid: server.pid, postmaster, expected: ['201'] }, async () => {
      const job: Job = { ...turnOf(bench, server, connections), ...RECHARGE, cards: cards.next() };
      return cards.take(await bench.load.run(job));
    });
}

/** Each boarding with another card; what was boarded in the turn before is ended first. */
export async function boarding(bench: Bench, database: string, server: RunningServer): Promise<WriteTurns> {
  const cards = await cardsOf(database);
  const stops = await findPlaces(database);
  const postmaster = await postmasterOf(database);
  const before = await newestTrip(database);
  bench.cleanup.add(() => endTripsSince(database, before));
  return async (connections) => {
    await endTripsSince(database, before);
    return takeSample({ pid: server.pid, postmaster, expected: ['200'] }, async () => {
      const job: Job = { ...turnOf(bench, server, connections), ...BOARDING, stops, cards: cards.next() };
      return cards.take(await bench.load.run(job));
    });
  };
}

function turnOf(
  { seconds }: Bench,
  { url }: RunningServer,
  connections: number,
): Pick<Job, 'url' | 'connections' | 'seconds' | 'method'> {
  return { url, connections, seconds, method: 'POST' };
}
