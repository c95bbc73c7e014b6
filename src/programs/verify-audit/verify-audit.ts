import type { AppConfig } from '../../platform/config/app-config';
import { Connection } from '../../platform/postgres/connection';
import { BEGIN_SNAPSHOT } from '../../platform/postgres/snapshot';
import { valueParsers } from '../../platform/postgres/value-parsers';
import { ProvenFile } from '../../platform/audit/seals/proven-file';
import { reportChain } from '../../platform/audit/seals/report-chain';
import { auditEntries } from '../../platform/audit/seals/sealed-source';
import type { VerifyArguments } from '../../platform/audit/seals/verify-arguments';

const DAY_MS = 86_400_000;

/**
 * Proves the audit trail and prints what holds and what does not; returns how many breaks there are.
 *
 * @throws StartupError for a head or a PROVEN_FILE that cannot be read.
 */
export async function verifyAudit(
  url: string,
  config: AppConfig,
  { full, heads }: VerifyArguments,
  now: Date,
  print: (line: string) => void,
  signal?: AbortSignal,
): Promise<number> {
  const path = config.get('PROVEN_FILE');
  const provenFile = path === undefined ? null : new ProvenFile(path, auditEntries.name);
  const days = config.get('AUDIT_KEEP_DAYS');
  const client = new Connection({
    connectionString: url,
    types: valueParsers,
    signal,
    application_name: 'audit:verify',
  });
  await client.connect();
  try {
    await client.query(BEGIN_SNAPSHOT);
    const { broken, head } = await reportChain(client, auditEntries, {
      from: full ? null : (provenFile?.read() ?? null),
      heads,
      keptSince: days === 0 ? null : new Date(now.getTime() - days * DAY_MS),
      print,
    });
    if (broken === 0 && head) await provenFile?.write(head);
    print(
      broken === 0
        ? 'The audit trail is right.'
        : `The audit trail is wrong. Entries and seals that break it: ${broken}.`,
    );
    return broken;
  } finally {
    await client.end();
  }
}
