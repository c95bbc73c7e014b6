import type { AppConfig } from '../../platform/config/app-config';
import { toJson } from '../../common/http/json';
import { Connection } from '../../platform/postgres/connection';
import { BEGIN_SNAPSHOT } from '../../platform/postgres/snapshot';
import { valueParsers } from '../../platform/postgres/value-parsers';
import { ProvenFile } from '../../platform/audit/seals/proven-file';
import { type OnCheck, reportChain } from '../../platform/audit/seals/report-chain';
import { auditEntries } from '../../platform/audit/seals/sealed-source';
import type { VerifyArguments } from '../../platform/audit/seals/verify-arguments';
import { type AuditPosition, findUnrecorded, positionAfter } from './unrecorded-changes';

const DAY_MS = 86_400_000;
const TELLS = 'the trail tells of each recharge, reversal and trip since it began';

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
  onCheck?: OnCheck,
): Promise<number> {
  const path = config.get('PROVEN_FILE');
  const provenFile = path === undefined ? null : new ProvenFile<AuditPosition>(path, auditEntries.name);
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
    const from = full ? null : (provenFile?.read() ?? null);
    const chain = await reportChain(client, auditEntries, {
      from,
      heads,
      keptSince: days === 0 ? null : new Date(now.getTime() - days * DAY_MS),
      print,
      onCheck,
    });
    const unrecorded = await findUnrecorded(client, from);
    onCheck?.(TELLS, unrecorded.length, unrecorded);
    print(`${unrecorded.length === 0 ? 'holds ' : 'BROKEN'}  ${TELLS}`);
    for (const found of unrecorded) print(`          ${toJson(found)}`);
    const broken = chain.broken + unrecorded.length;
    if (broken === 0 && chain.head) await provenFile?.write(await positionAfter(client, chain.head));
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
