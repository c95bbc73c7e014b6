import { runUntilStopped } from '../../common/program/run-command';
import { Clock } from '../../common/time/clock';
import { AppConfig } from '../../platform/config/app-config';
import { readEnvironment } from '../../platform/config/environment';
import { locateDatabaseToRead } from '../../platform/postgres/locate';
import { parseVerifyArguments } from '../../platform/audit/seals/verify-arguments';
import { HELP } from './help';
import { toProvenCheck, type ProvenCheck } from '../../modules/proofs/proof';
import { noteProof } from '../../modules/proofs/proof-record';
import { verifyAudit } from './verify-audit';

/** `npm run audit:verify`: prints what holds and what breaks; exit code 1 when anything breaks. */
runUntilStopped(async ({ aborted }) => {
  const options = parseVerifyArguments(process.argv.slice(2));
  if (options.help) {
    console.log(HELP);
    return 0;
  }
  const config = new AppConfig(readEnvironment());
  const database = await locateDatabaseToRead(config, (line) => console.error(line), aborted);
  try {
    const now = new Clock().now();
    const checks: ProvenCheck[] = [];
    const broken = await verifyAudit(
      database.url,
      config,
      options,
      now,
      (line) => console.log(line),
      aborted,
      (...check) => checks.push(toProvenCheck('audit', ...check)),
    );
    await noteProof(database.url, 'audit:verify', now, checks);
    return broken === 0 ? 0 : 1;
  } finally {
    await database.stop();
  }
});
