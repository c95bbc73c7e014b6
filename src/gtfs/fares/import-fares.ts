import type { Client } from 'pg';
import { StartupError } from '../../common/startup-error';
import type { RouteType } from '../../fares/route-type';
import type { Feed } from '../feed/feed';
import { recordFinding } from '../findings';
import { deriveBasePrices } from './derive-base-prices';
import { deriveTransfers, type Transfers } from './derive-transfers';
import type { FareFeed, FareProblem } from './fare-feed';
import { readFareFeed } from './read-fare-feed';
import { readFareRules } from '../../fares/read-fare-rules';
import { planFares, writeFares } from './write-fares';

/** From which service day on the fares of a feed hold. */
export interface FaresWanted {
  readonly from: string;
  readonly today: string;
}

/**
 * Takes base prices and transfers of a staged feed; what has no counterpart here is in the report.
 *
 * @returns how many rows were written.
 * @throws StartupError when that would change what holds already.
 */
export async function importFares(
  target: Client,
  feed: Feed,
  { from, today }: FaresWanted,
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
      `--fares-from must be after ${today}: what has begun to hold stays, and the feed has other fares`,
    );
  }
  await writeFares(target, writes);
  return writes.length;
}

function isProblem(transfers: Transfers | FareProblem | null): transfers is FareProblem {
  return transfers !== null && 'reason' in transfers;
}

async function noteUnknownNetworks(target: Client, { networks, legRules }: FareFeed): Promise<void> {
  const unknown = legRules.filter(({ network }) => network !== '' && !networks.has(network));
  for (const { line, legGroup, network } of unknown) {
    const reason = `the network ${network} has no routes: say what it is with --network ${network}=…`;
    await recordFinding(target, {
      file: 'fare_leg_rules.txt',
      line,
      id: legGroup,
      outcome: 'refused',
      reason,
    });
  }
}

async function noteWhatStays(target: Client, { transferRules }: FareFeed, from: string): Promise<void> {
  await recordFinding(target, {
    file: 'fare_transfer_rules.txt',
    outcome: 'note',
    reason: transferRules
      ? 'a feed does not say whether cards without a user may transfer, nor whether to the same station or route, nor trunk, zonal, trunk: that stays'
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
    const reason = `there are ${table} from ${day} on already: they stay, and hold from then on`;
    await recordFinding(target, { file: 'fare_leg_rules.txt', outcome: 'note', reason });
  }
}
