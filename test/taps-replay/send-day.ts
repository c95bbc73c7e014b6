import { inParallel } from '../../src/programs/service-traffic/in-parallel';
import { at, type Batch, type Day } from './plan-day';

/** What a service answered to all batches, tap by tap. */
export interface Answers {
  /** How many taps had which outcome, or went into suspense for which reason. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Why batches had no answer, and how often. */
  readonly failures: Readonly<Record<string, number>>;
  /** Milliseconds of each batch, sorted. */
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

/** Sends all batches in their order, several at a time, as fast as they are taken. */
export async function sendDay(day: Day, city: City, connections: number): Promise<Answers> {
  const outcomes: Record<string, number> = {};
  const failures: Record<string, number> = {};
  const times: number[] = [];
  const begun = performance.now();
  await inParallel(
    day.batches,
    async (batch) => {
      const body = bodyOf(day, city, batch);
      const sent = performance.now();
      try {
        const response = await fetch(`${city.url}/taps`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body,
        });
        const answer = (await response.json()) as { readonly results: readonly TapResult[] };
        times.push(performance.now() - sent);
        if (response.ok) for (const { outcome, reason } of answer.results) count(outcomes, reason ?? outcome);
        else count(failures, `${response.status} ${JSON.stringify(answer)}`);
      } catch (error) {
        count(failures, String(error));
      }
    },
    connections,
  );
  times.sort((one, other) => one - other);
  return { outcomes, failures, times, seconds: (performance.now() - begun) / 1_000 };
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
