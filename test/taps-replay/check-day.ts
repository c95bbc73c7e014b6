import { query } from '../benchmark/harness/query';
import { fareDifferences } from '../setup/fares';
import { breaksOf } from '../setup/ledger';
import type { Day } from './plan-day';
import type { Answers } from './send-day';

interface Replayed {
  readonly database: string;
  readonly day: Day;
  readonly answers: Answers;
  readonly validatorIds: readonly number[];
}

/** What a database holds of devices. */
interface Kept {
  readonly taps: number;
  readonly entries: number;
  readonly trips: number;
  readonly adjusted: number;
  readonly complete: number;
}

/** What is wrong after a day: a tap that was not taken, or twice; the books; the fares. */
export async function complaintsAbout(
  { database, day, answers, validatorIds }: Replayed,
  log: (line: string) => void,
): Promise<string[]> {
  const kept = await findKept(database, validatorIds);
  log(`kept        ${kept.taps} taps, ${kept.trips} trips, ${kept.adjusted} of them with adjusted fares`);
  const taps = day.at.length;
  const entries = taps - day.isExit.reduce((sum, is) => sum + is, 0);
  const repeated = day.batches
    .filter(({ isRepetition }) => isRepetition)
    .reduce((sum, { from, until }) => sum + until - from, 0);
  const devices = new Set(day.batches.map(({ device }) => device)).size;
  const { rated = 0, duplicate = 0, ...others } = answers.outcomes;
  const mustBe = (what: string, found: number, expected: number): string[] =>
    found === expected ? [] : [`${what}: ${found}, and ${expected} were planned`];
  const complaints = [
    ...Object.keys(answers.failures).map((failure) => `a batch failed: ${failure}`),
    ...Object.entries(others).map(([outcome, count]) => `${count} taps were answered ${outcome}`),
    ...mustBe('taps answered', rated + duplicate, taps + repeated),
    // What was taken without an answer that arrived is a duplicate when it is sent again.
    ...(answers.retries === 0 ? mustBe('taps answered duplicate', duplicate, repeated) : []),
    ...mustBe('taps kept', kept.taps, taps),
    ...mustBe('entries kept', kept.entries, entries),
    ...mustBe('trips charged', kept.trips, entries),
    ...mustBe('devices without a gap', kept.complete, devices),
  ];
  for (const name of Object.keys(await breaksOf(database))) complaints.push(`it does not hold that ${name}`);
  const differences = await fareDifferences(database);
  if (differences.length > 0)
    complaints.push(`${differences.length} fares differ, such as ${JSON.stringify(differences[0])}`);
  return complaints;
}

async function findKept(database: string, validatorIds: readonly number[]): Promise<Kept> {
  const [kept] = await query<Kept>(
    database,
    `WITH device AS (SELECT validator_id, received_through, highest_sequence FROM validators WHERE validator_id = ANY ($1::bigint[])),
     tapped AS (SELECT trip_id FROM trips JOIN device USING (validator_id))
     SELECT (SELECT count(*)::int FROM taps JOIN device USING (validator_id)) AS taps,
            (SELECT count(DISTINCT trip_id)::int FROM taps JOIN device USING (validator_id) WHERE kind = 'entry') AS entries,
            (SELECT count(*)::int FROM tapped) AS trips,
            (SELECT count(DISTINCT trip_id)::int FROM fare_adjustments JOIN tapped USING (trip_id)) AS adjusted,
            (SELECT count(*)::int FROM device WHERE highest_sequence > 0 AND received_through = highest_sequence
               AND highest_sequence = (SELECT count(*) FROM taps WHERE taps.validator_id = device.validator_id)) AS complete`,
    [validatorIds],
  );
  if (!kept) throw new Error('an aggregate returned no row');
  return kept;
}
