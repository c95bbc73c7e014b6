import { setTimeout as sleep } from 'node:timers/promises';
import { inParallel } from '../../src/programs/service-traffic/in-parallel';
import { at, type Batch, type Day } from './plan-day';

/** What a service answered to all batches, tap by tap. */
export interface Answers {
  /** How many taps had which outcome, or went into suspense for which reason. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Why batches were refused for good, and how often. */
  readonly failures: Readonly<Record<string, number>>;
  /** How often a batch was sent again, because the service or the network was too busy. */
  readonly retries: number;
  /** Milliseconds of each batch from its first sending, sorted. */
  readonly times: readonly number[];
  readonly seconds: number;
}

/** Who is who in the service. */
export interface City {
  readonly url: string;
  /** The devices, as the day numbers them. */
  readonly validatorIds: readonly number[];
  readonly cardNumbers: readonly string[];
  /** When the day began, in milliseconds since 1970. */
  readonly beginning: number;
}

interface TapResult {
  readonly outcome: string;
  readonly reason: string | null;
}

/** What became of the taps of a batch, or why that is not known, and whether it may be sent again. */
interface BatchAnswer {
  readonly results: readonly TapResult[];
  readonly failure: string | null;
  readonly isBusy: boolean;
}

/** So often a device sends a batch until it is answered, and so long it waits in between. */
const MOST_TRIES = 60;
const PAUSE_MS = 1_000;

/**
 * Sends all batches in their order, several at a time, as fast as they are taken. A batch without an answer is sent again, as by a
 * device.
 */
export async function sendDay(day: Day, city: City, connections: number): Promise<Answers> {
  const outcomes: Record<string, number> = {};
  const failures: Record<string, number> = {};
  const times: number[] = [];
  let retries = 0;
  const begun = performance.now();
  await inParallel(
    day.batches,
    async (batch) => {
      const sent = performance.now();
      let answer = await sendBatch(city.url, bodyOf(day, city, batch));
      for (let tries = 1; answer.isBusy && tries < MOST_TRIES; tries += 1) {
        retries += 1;
        await sleep(PAUSE_MS);
        answer = await sendBatch(city.url, bodyOf(day, city, batch));
      }
      for (const { outcome, reason } of answer.results) count(outcomes, reason ?? outcome);
      if (answer.failure !== null) count(failures, answer.failure);
      times.push(performance.now() - sent);
    },
    connections,
  );
  times.sort((one, other) => one - other);
  return { outcomes, failures, retries, times, seconds: (performance.now() - begun) / 1_000 };
}

async function sendBatch(url: string, body: string): Promise<BatchAnswer> {
  const headers = { 'content-type': 'application/json' };
  try {
    const response = await fetch(`${url}/taps`, { method: 'POST', headers, body });
    const text = await response.text();
    if (!response.ok)
      return { results: [], failure: `${response.status} ${text}`, isBusy: response.status === 503 };
    const { results } = JSON.parse(text) as Pick<BatchAnswer, 'results'>;
    return { results, failure: null, isBusy: false };
  } catch (error) {
    return { results: [], failure: String(error), isBusy: true };
  }
}

/** Written as text, because the sender shares the machine with what it measures. */
function bodyOf(day: Day, { validatorIds, cardNumbers, beginning }: City, batch: Batch): string {
  const taps: string[] = [];
  for (let n = batch.from; n < batch.until; n += 1) {
    const stop = day.stops[at(day.stop, n)];
    const sequence = batch.sequence + n - batch.from;
    const time = new Date(beginning + at(day.at, n)).toISOString();
    const isExit = at(day.isExit, n) === 1;
    taps.push(
      `{"sequence":${sequence},"kind":"${isExit ? 'exit' : 'entry'}","card_number":"${cardNumbers[at(day.card, n)]}",` +
        `${isExit ? '' : `"route_id":${stop?.route_id},`}"station_id":${stop?.station_id},"tapped_at":"${time}","decision":"accepted"}`,
    );
  }
  const validator = validatorIds[batch.device];
  return `{"validator_id":${validator},"sent_at":"${new Date().toISOString()}","taps":[${taps.join(',')}]}`;
}

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}
