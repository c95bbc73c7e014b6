import { toJson } from '../../common/http/json';
import { isHelpAsked } from '../../common/program/options';
import { AppConfig } from '../../platform/config/app-config';
import { readEnvironment } from '../../platform/config/environment';
import { locateDatabaseToRead } from '../../platform/postgres/locate';
import { Clock } from '../../common/time/clock';
import { toProvenCheck, type ProvenCheck } from '../../modules/proofs/proof';
import { noteProof } from '../../modules/proofs/proof-record';
import type { PartOfProof } from '../prove/part-of-proof';
import type { FareDifference } from './difference';
import { verifyFares } from './verify-fares';

const PROMISE = 'every fare and every use of credit is what the rules decide';
/** How many differences are noted. */
const SHOWN = 10;

const HELP = `Decides every fare and every use of credit again, and prints those that differ from the rules.

npm run fares:verify

It reads one snapshot of the database in DATABASE_URL, or of the embedded one under DATA_DIR, and changes nothing but
the list of proofs, if it may. The
service can keep running. The exit code is 0 if all are right, and 1 if one is not.
`;

/**
 * The program as a whole: prints every fare and use of credit that differs from the rules.
 *
 * @param signal gives the work up.
 * @returns its exit code: 0 when all are right, 1 when one is not.
 * @throws StartupError when the database can't be read.
 */
export async function reportFares(args: readonly string[], signal: AbortSignal): Promise<number> {
  if (isHelpAsked(args)) {
    console.log(HELP);
    return 0;
  }
  const config = new AppConfig(readEnvironment());
  const database = await locateDatabaseToRead(config, (line) => console.error(line), signal);
  const timeZone = config.get('SERVICE_TIME_ZONE');
  const tally = { trips: 0, imported: 0, cards: 0 };
  const startedAt = new Clock().now();
  const shown: FareDifference[] = [];
  let wrong = 0;
  try {
    for await (const difference of verifyFares(database.url, timeZone, tally, signal)) {
      console.log(`WRONG  ${toJson(difference)}`);
      wrong += 1;
      if (shown.length < SHOWN) shown.push(difference);
    }
    const check: ProvenCheck = toProvenCheck('fares', PROMISE, wrong, shown);
    await noteProof(database.url, 'fares:verify', startedAt, [check]);
  } finally {
    await database.stop();
  }
  const { trips, imported, cards } = tally;
  console.log(
    `Checked ${trips} trips of ${cards} cards. ${imported} imported trips have no decision to check.`,
  );
  console.log(wrong === 0 ? 'The fares are right.' : `The fares are wrong. Rows that differ: ${wrong}.`);
  return wrong === 0 ? 0 : 1;
}

/** The same as a part of a proof of everything. */
export async function proveFares({ url, config, signal, onCheck }: PartOfProof): Promise<void> {
  const tally = { trips: 0, imported: 0, cards: 0 };
  const shown: FareDifference[] = [];
  let wrong = 0;
  for await (const difference of verifyFares(url, config.get('SERVICE_TIME_ZONE'), tally, signal)) {
    wrong += 1;
    if (shown.length < SHOWN) shown.push(difference);
  }
  onCheck(toProvenCheck('fares', PROMISE, wrong, shown));
}
