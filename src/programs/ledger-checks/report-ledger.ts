import { toJson } from '../../common/http/json';
import { verifyLedger } from './verify-ledger';

/** Runs all checks and prints which hold and which rows break one; returns the number of those rows. */
export async function reportLedger(
  url: string,
  print: (line: string) => void,
  signal?: AbortSignal,
): Promise<number> {
  let broken = 0;
  for await (const { name, breaks, count } of verifyLedger(url, signal)) {
    print(`${count === 0 ? 'holds ' : 'BROKEN'}  ${name}${count === 0 ? '' : ` (${count})`}`);
    for (const found of breaks) print(`          ${toJson(found)}`);
    broken += count;
  }
  print(broken === 0 ? 'The books are right.' : `The books are wrong. Rows that break a check: ${broken}.`);
  return broken;
}
