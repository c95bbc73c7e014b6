import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import type { Client } from 'pg';
import { type Finding, verifyLedger, verifyLedgerIn } from '../../src/programs/ledger-checks/verify-ledger';

const ROOT = resolve(__dirname, '../..');
const PROGRAM = resolve(ROOT, 'dist/programs/verify-ledger/main.js');

type Break = Readonly<Record<string, unknown>>;

/** Where the books of a database break their promises, by the name of the promise; nothing when all hold. */
export async function breaksOf(url: string): Promise<Record<string, readonly Break[]>> {
  return collect(verifyLedger(url));
}

/** The same, as the transaction of a connection sees them. */
export async function breaksIn(client: Client): Promise<Record<string, readonly Break[]>> {
  return collect(verifyLedgerIn(client));
}

async function collect(findings: AsyncGenerator<Finding>): Promise<Record<string, readonly Break[]>> {
  const broken: Record<string, readonly Break[]> = {};
  for await (const { name, count, breaks } of findings) {
    if (count > 0) broken[name] = breaks;
  }
  return broken;
}

/** What `npm run ledger:verify` said, and its exit code. */
export interface Verification {
  readonly exitCode: number;
  readonly output: string;
  readonly holds: readonly string[];
  readonly broken: readonly string[];
}

/** Runs the built program with these environment variables and no others. */
export function runLedgerVerify(env: Readonly<Record<string, string>>): Promise<Verification> {
  const options = { cwd: ROOT, env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env } };
  return new Promise((done) => {
    execFile(process.execPath, [PROGRAM], options, (error, stdout, stderr) => {
      // What is said of the seals has counts in it, and is tested elsewhere.
      const lines = stdout
        .split('\n')
        .filter((line) => !/^holds +.*(sealed \(|their seals$|to whoever asks$)/.test(line));
      const named = (word: RegExp): string[] =>
        lines.flatMap((line) => (word.test(line) ? [line.replace(word, '').replace(/ \(\d+\)$/, '')] : []));
      done({
        exitCode: error ? Number(error.code ?? -1) : 0,
        output: stdout + stderr,
        holds: named(/^holds +/),
        broken: named(/^BROKEN +/),
      });
    });
  });
}
