import type { FareDifference } from '../../src/programs/verify-fares/difference';
import { verifyFares } from '../../src/programs/verify-fares/verify-fares';

/** What `npm run fares:verify` finds in a database, of Bogotá unless another time zone is given. */
export async function fareDifferences(url: string, timeZone = 'America/Bogota'): Promise<FareDifference[]> {
  const found: FareDifference[] = [];
  const tally = { trips: 0, imported: 0, cards: 0 };
  for await (const difference of verifyFares(url, timeZone, tally)) found.push(difference);
  return found;
}
