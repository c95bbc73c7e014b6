import { AppConfig } from '../../platform/config/app-config';
import { readEnvironment } from '../../platform/config/environment';
import { locateDatabaseToRead } from '../../platform/postgres/locate';
import { parseVerifyArguments } from '../../platform/audit/seals/verify-arguments';
import { toProvenCheck, type ProvenCheck } from '../../modules/proofs/proof';
import { noteProof } from '../../modules/proofs/proof-record';
import { Clock } from '../../common/time/clock';
import type { PartOfProof } from '../prove/part-of-proof';
import { reportLedger } from '../ledger-checks/report-ledger';

const HELP = `Checks the books: prints for each check whether it holds, and the rows that break it.

npm run ledger:verify -- [options]
  --head H    a head of the postings' chain of seals that was kept outside the database: 64 hexadecimal digits, or a file
              such as SEAL_FILE; may be given several times
  --full      reads everything, also what PROVEN_FILE says was proven before
  --help      shows this text

It reads one snapshot of the database in DATABASE_URL (a standby will do), or of the embedded one under DATA_DIR, and
changes nothing there but the list of proofs, if it may. The service can keep running. With PROVEN_FILE it goes on from what it proved the last time. The exit code is 0 if every check holds, and 1 if one does not.
`;

/**
 * The program as a whole: prints which checks hold, and which rows break one.
 *
 * @param signal gives the work up.
 * @returns its exit code: 0 when everything holds, 1 when anything breaks.
 * @throws StartupError when the database can't be read.
 */
export async function proveBooks(args: readonly string[], signal: AbortSignal): Promise<number> {
  const { help, full, heads } = parseVerifyArguments(args);
  if (help) {
    console.log(HELP);
    return 0;
  }
  const config = new AppConfig(readEnvironment());
  const database = await locateDatabaseToRead(config, (line) => console.error(line), signal);
  try {
    const startedAt = new Clock().now();
    const checks: ProvenCheck[] = [];
    const broken = await reportLedger(database.url, (line) => console.log(line), {
      signal,
      full,
      heads,
      provenPath: config.get('PROVEN_FILE'),
      onCheck: (...check) => checks.push(toProvenCheck('ledger', ...check)),
    });
    await noteProof(database.url, 'ledger:verify', startedAt, checks);
    return broken === 0 ? 0 : 1;
  } finally {
    await database.stop();
  }
}

/** The same as a part of a proof of everything. */
export async function proveLedger({ url, config, signal, onCheck }: PartOfProof): Promise<void> {
  await reportLedger(url, () => undefined, {
    signal,
    provenPath: config.get('PROVEN_FILE'),
    onCheck: (...check) => onCheck(toProvenCheck('ledger', ...check)),
  });
}
