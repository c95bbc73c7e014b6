import { setTimeout as sleep } from 'node:timers/promises';
import { summarize } from '../../../src/programs/latency/summary';
import type { LoadResult, TapsJob } from './job';

/** When all cards have been tapped, they are tapped again so much later, as riders do. */
const BETWEEN_RIDES_MS = 6 * 3_600_000;

/** As many batches as the server takes in the time, over connections that each wait for their answer; or so many a second. */
export async function runTaps(job: TapsJob): Promise<LoadResult> {
  const { url, connections, batch, tapsPerSecond } = job;
  const times: number[] = [];
  const answers: Record<string, number> = {};
  const begun = performance.now();
  const end = begun + job.seconds * 1_000;
  let sent = 0;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() < end) {
        const n = sent;
        sent += 1;
        if (tapsPerSecond !== null) {
          const due = begun + (n * batch * 1_000) / tapsPerSecond;
          if (due >= end) return;
          await sleep(due - performance.now());
        }
        const body = bodyOf(job, job.sent + n);
        const start = performance.now();
        const answer = await send(`${url}/taps`, body);
        times.push(performance.now() - start);
        answers[answer] = (answers[answer] ?? 0) + 1;
      }
    }),
  );
  const seconds = (performance.now() - begun) / 1_000;
  const { p50, p99 } = summarize(times);
  return { sent, requests: times.length, seconds, p50, p99, answers };
}

/** The status, and an outcome that not all taps had. */
async function send(url: string, body: string): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  const other = /"outcome":"((?!rated)\w+)"/.exec(await response.text());
  return other ? `${response.status} ${other[1]}` : String(response.status);
}

/** Written as text, because the generator shares the machine with what it measures. */
function bodyOf({ batch, validators, cardNumbers, stops, beginning }: TapsJob, n: number): string {
  const sequence = Math.floor(n / validators.length) * batch + 1;
  const taps = Array.from({ length: batch }, (_, index) => {
    const tap = n * batch + index;
    const stop = stops[tap % stops.length];
    const round = Math.floor(tap / cardNumbers.length);
    const time = new Date(beginning + round * BETWEEN_RIDES_MS).toISOString();
    return (
      `{"sequence":${sequence + index},"kind":"entry","card_number":"${cardNumbers[tap % cardNumbers.length]}",` +
      `"route_id":${stop?.route_id},"station_id":${stop?.station_id},"tapped_at":"${time}","decision":"accepted"}`
    );
  });
  const validator = validators[n % validators.length];
  return `{"validator_id":${validator},"sent_at":"${new Date().toISOString()}","taps":[${taps.join(',')}]}`;
}
