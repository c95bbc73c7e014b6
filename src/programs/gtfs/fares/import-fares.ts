import type { Client } from 'pg';
import { StartupError } from '../../../common/program/startup-error';
import type { RouteType } from '../../../modules/fares/route-type';
import { recordFinding, recordFindings } from '../findings';
import type { KnownFeed } from '../network/known-feed';
import { deriveBasePrices } from './derive-base-prices';
import { deriveTransfers, type Transfers } from './derive-transfers';
import type { FareFeed, FareProblem } from './fare-feed';
import { readFareFeed, type StagedFares } from './read-fare-feed';
import { readFareRules } from '../../../modules/fares/read-fare-rules';
import { planFares, writeFares } from './write-fares';

/** From which service day on the fares of a feed hold. */
export interface FaresWanted {
  readonly from: string;
  readonly today: string;
  /** Whether they may hold for the routes of other feeds too. */
  readonly forAll: boolean;
}

/**
 * Takes base prices and transfers of a staged feed; what has no counterpart here is in the report.
 *
 * @returns how many rows were written.
 * @throws StartupError when that would change what holds already.
 */
export async function importFares(
  target: Client,
  feed: StagedFares,
  { from, today, forAll }: FaresWanted,
  networkTypes: ReadonlyMap<string, RouteType>,
): Promise<number> {
  const fares = await readFareFeed(target, feed, networkTypes);
  await noteUnknownNetworks(target, fares);
  const { prices, problems } = deriveBasePrices(fares);
  const transfers = deriveTransfers(fares, prices);
  for (const problem of [...problems, ...(isProblem(transfers) ? [transfers] : [])]) {
    await recordFinding(target, { ...problem, outcome: 'refused' });
  }
  await noteWhatStays(target, fares, from);
  const rules = await readFareRules(target);
  const writes = planFares(rules.on(from), from, prices, isProblem(transfers) ? null : transfers);
  if (writes.length > 0 && from <= today) {
    throw new StartupError(
      `--fares-from must be after ${today}: fares that are already in force cannot change, and those of the feed are different`,
    );
  }
  if (writes.length > 0 && feed.hasRoutes && !forAll) await checkAlone(target, feed.known);
  await writeFares(target, writes);
  return writes.length;
}

/**
 * A component has one price for all routes, so the fares of a feed also apply to the routes of other feeds.
 *
 * @throws StartupError if there are such routes.
 */
async function checkAlone(target: Client, known: KnownFeed | null): Promise<void> {
  const { rows } = await target.query<{ name: string }>(
    'SELECT name FROM feeds WHERE feed_id IS DISTINCT FROM $1 AND feed_id IN (SELECT feed_id FROM routes WHERE is_active) ORDER BY name',
    [known?.feedId],
  );
  if (rows.length === 0) return;
  const names = rows.map(({ name }) => name).join(', ');
  throw new StartupError(
    `these fares would also apply to the routes of ${names}: add --fares-for-all to confirm that, or leave out --fares-from`,
  );
}

function isProblem(transfers: Transfers | FareProblem | null): transfers is FareProblem {
  return transfers !== null && 'reason' in transfers;
}

async function noteUnknownNetworks(target: Client, { networks, legRules }: FareFeed): Promise<void> {
  const unknown = legRules.filter(({ network }) => network !== '' && !networks.has(network));
  await recordFindings(
    target,
    unknown.map(({ line, legGroup, network }) => ({
      file: 'fare_leg_rules.txt',
      line,
      id: legGroup,
      outcome: 'refused',
      reason: `the network ${network} has no routes: name its type with --network ${network}=…`,
    })),
  );
}

async function noteWhatStays(target: Client, { transferRules }: FareFeed, from: string): Promise<void> {
  await recordFinding(target, {
    file: 'fare_transfer_rules.txt',
    outcome: 'note',
    reason: transferRules
      ? 'a feed does not say whether cards without a user may transfer, whether a transfer to the same station or route counts, nor whether trunk, zonal, trunk does: these rules stay as they are'
      : 'the feed has no such file: transfers stay as they are',
  });
  const { rows } = await target.query<{ table: string; day: string | null }>(
    `SELECT 'tariffs' AS "table", min(valid_from) AS day FROM tariffs WHERE valid_from > $1
     UNION ALL SELECT 'transfer_rules', min(valid_from) FROM transfer_rules WHERE valid_from > $1
     UNION ALL SELECT 'transfer_prices', min(valid_from) FROM transfer_prices WHERE valid_from > $1`,
    [from],
  );
  for (const { table, day } of rows) {
    if (day === null) continue;
    const reason = `there are already ${table} that begin on ${day}: they stay, and are in force from then on`;
    await recordFinding(target, { file: 'fare_leg_rules.txt', outcome: 'note', reason });
  }
}
