import { createHash } from 'node:crypto';
import type { CardStatement } from '../../../modules/cards/dto/card-responses.dto';
import { inParallel } from '../../service-traffic/in-parallel';
import type { ServiceClient } from '../../service-traffic/service-client';
import type { Rider } from '../rider';
import type { Validators } from './validators';

/** Which validators are going to be away, and for how long. */
export function describeOutages({ size, outages }: Validators): string[] {
  const all = outages.reduce((sum, { from, until }) => sum + until - from, 0);
  const average = outages.length === 0 ? 0 : all / outages.length;
  const digest = createHash('sha256').update(JSON.stringify(outages)).digest('hex').slice(0, 12);
  return [
    `offline    ${outages.length} of ${size} validators, for ${inSeconds(average)} on average, plan ${digest}`,
  ];
}

/** What the validators decided, when the service heard of it, and which fares that changed. */
export async function describeReports(
  client: ServiceClient,
  { counts }: Validators,
  riders: readonly (Rider | null)[],
): Promise<string[]> {
  const { accepted, refused, exits, sent, batches, repeatedBatches, late, averageMs, longestMs, outcomes } =
    counts;
  const { fares, charged, givenBack } = await countAdjustments(client, riders);
  return [
    `decided    ${accepted} entries accepted and ${refused} refused by validators without a connection; ${exits} exits`,
    `sent       ${sent} in ${batches} batches, ${repeatedBatches} of them again; ${outcomes.rated} rated, ${outcomes.refused} refused, ${outcomes.duplicate} duplicates, ${outcomes.suspense} in suspense`,
    `late       ${late}, by ${inSeconds(averageMs)} on average, ${inSeconds(longestMs)} at most`,
    `adjusted   ${fares} fares: ${charged} charged, ${givenBack} given back`,
    ...[...counts.suspended].map(([reason, count]) => `suspense   ${count} ${reason}`),
    ...(counts.wrongHotlists > 0 ? [`FAILED     ${counts.wrongHotlists} copies of the hotlist differ`] : []),
  ];
}

/** Of the fares of riders who were let in by such a validator, those that changed when the service heard of it. */
async function countAdjustments(
  client: ServiceClient,
  riders: readonly (Rider | null)[],
): Promise<{ fares: number; charged: number; givenBack: number }> {
  const sums = { fares: 0, charged: 0, givenBack: 0 };
  const letIn = riders.flatMap((rider) => (rider?.wasLetIn ? rider.cardId : []));
  await inParallel(letIn, async (cardId) => {
    let cursor: string | null = '';
    while (cursor !== null) {
      const from: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page: CardStatement = await client.get<CardStatement>(
        `/cards/${cardId}/statement?limit=100${from}`,
      );
      for (const { kind, amount } of page.statement) {
        if (kind !== 'fare_adjustment') continue;
        sums.fares += 1;
        sums[amount < 0 ? 'charged' : 'givenBack'] += Math.abs(amount);
      }
      cursor = page.next_cursor;
    }
  });
  return sums;
}

function inSeconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
