import type { TapsJob } from '../load/job';
import type { Bench } from './bench';
import { LoadGenerator } from './load-generator';
import { postmasterOf } from './postmaster';
import { query } from './query';
import type { RunningServer } from './running-server';
import { type Sample, takeSample } from './sample';
import { findPlaces } from './stops';

/** Taps after which one costs no less. */
export const TAPS_WARM_UP = 10_000;

/** More than are ever sent at the same time: a device's batches wait for one another. */
const DEVICES = 64;
/** Fewer than a history may have: their numbers are sent to the generator. */
const MOST_CARDS = 20_000;
/** Within what is taken (TAP_MAX_DAYS). */
const DAYS_AGO = 9;
const DAY_MS = 86_400_000;

/** Turns in which batches of taps are sent. What is counted is taps. */
export type TapTurns = (connections: number) => Promise<Sample>;

/** Where taps are sent from, and of which cards. */
export type TapSource = Pick<TapsJob, 'validators' | 'cardNumbers' | 'stops' | 'beginning'>;

/** Makes devices in buses. */
export async function aTapSource(database: string): Promise<TapSource> {
  const validators = await query<{ validator_id: number }>(
    database,
    `INSERT INTO validators (number, vehicle_id)
     SELECT gen_random_uuid(), (SELECT min(vehicle_id) FROM vehicles) FROM generate_series(1, $1) RETURNING validator_id::int`,
    [DEVICES],
  );
  // From all over the history, in an order that is not that of their ids.
  const cards = await query<{ card_number: string }>(
    database,
    `SELECT card_number FROM cards WHERE card_id % greatest(1, (SELECT count(*) / $1 FROM cards)) = 0
     ORDER BY hashint8(card_id) LIMIT $1`,
    [MOST_CARDS],
  );
  return {
    validators: validators.map(({ validator_id }) => validator_id),
    cardNumbers: cards.map(({ card_number }) => card_number),
    stops: await findPlaces(database),
    beginning: Date.now() - DAYS_AGO * DAY_MS,
  };
}

/** Batches of so many entries, each of other cards. */
export async function tapping(
  bench: Bench,
  database: string,
  server: RunningServer,
  batch: number,
): Promise<TapTurns> {
  const source = await aTapSource(database);
  const postmaster = await postmasterOf(database);
  let sent = 0;
  return async (connections) => {
    const sample = await takeSample({ pid: server.pid, postmaster, expected: ['200'] }, async () => {
      const result = await bench.load.run({
        ...{ ...source, url: server.url, connections, seconds: bench.seconds, batch, sent },
        tapsPerSecond: null,
      });
      sent += result.sent;
      return result;
    });
    return perTap(sample, batch);
  };
}

/** Sends so many taps a second while something else is measured. */
export async function whileTapping<Result>(
  bench: Bench,
  database: string,
  server: RunningServer,
  tapsPerSecond: number,
): Promise<(work: () => Promise<Result>) => Promise<Result>> {
  const source = await aTapSource(database);
  const batch = 100;
  const generator = new LoadGenerator();
  bench.cleanup.add(() => generator.stop());
  let sent = 0;
  return async (work) => {
    const [result, taps] = await Promise.all([
      work(),
      generator.run({
        ...{ ...source, url: server.url, connections: 4, seconds: bench.seconds, batch, sent },
        tapsPerSecond,
      }),
    ]);
    sent += taps.sent;
    return result;
  };
}

function perTap({ requests, perSecond, cpu, databaseCpu, ...sample }: Sample, batch: number): Sample {
  return {
    ...sample,
    requests: requests * batch,
    perSecond: perSecond * batch,
    cpu: cpu / batch,
    databaseCpu: databaseCpu === null ? null : databaseCpu / batch,
  };
}
