import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { inParallel } from '../service-traffic/in-parallel';
import type { Morning } from './morning';
import type { Validators } from './offline/validators';
import { Rider, type RideCounts } from './rider';
import type { ServiceClient } from '../service-traffic/service-client';

interface Action {
  readonly at: number;
  readonly run: (start: number) => void;
}

/** Hands out the cards of a morning's riders; null for one who got none. */
export async function issueCards(
  client: ServiceClient,
  rides: RideCounts,
  morning: Morning,
  validators: Validators | null,
): Promise<(Rider | null)[]> {
  // The keys of one run are not those of another with the same seed.
  const run = randomUUID();
  const riders: (Rider | null)[] = morning.riders.map(() => null);
  await inParallel(morning.riders, async (plan, index) => {
    riders[index] = await Rider.create(client, rides, plan, validators, `${run}-${index}`);
  });
  return riders;
}

/**
 * Sends each request at its planned time, even if the service is slower, and until all validators are back; returns how many
 * seconds it took.
 */
export async function runMorning(
  morning: Morning,
  riders: readonly (Rider | null)[],
  validators: Validators | null,
): Promise<number> {
  const taps = morning.taps.flatMap((tap): Action[] => {
    const rider = riders[tap.rider];
    if (!rider) return [];
    const board = { at: tap.at, run: (start: number) => rider.board(tap, start + tap.at) };
    return tap.exitAt === null ? [board] : [board, { at: tap.exitAt, run: () => rider.alight() }];
  });
  const outages = (validators?.outages ?? []).flatMap((outage): Action[] => [
    { at: outage.from, run: () => validators?.lose(outage) },
    { at: outage.until, run: () => validators?.find(outage) },
  ]);
  const actions = [...taps, ...outages].sort((a, b) => a.at - b.at);
  const start = performance.now();
  for (const { at, run } of actions) {
    const early = start + at - performance.now();
    if (early > 1) await sleep(early);
    run(start);
  }
  for (const rider of riders) await rider?.waitUntilIdle();
  await validators?.waitUntilReported();
  return (performance.now() - start) / 1_000;
}
