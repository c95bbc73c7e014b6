import { execFile, execFileSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { seedDemonstration } from '../../src/programs/seed/seed-demonstration';
import { BROKEN_VALIDATORS, type BrokenValidator } from '../builders/broken-validators';
import { afterFile } from '../setup/after-test';
import { Exchange } from '../setup/exchange';
import { breaksOf } from '../setup/ledger';
import { type ServiceOverDatabase, startOverDatabase } from '../setup/service-over-database';
import { createTempFolder, removeFolder } from '../setup/temp-folder';

/** Devices start some dozen times. */
const LIMIT_MS = 600_000;
const ROOT = resolve(__dirname, '../..');
const REFERENCE = join(ROOT, 'examples/validator');
/** TEST_DEVICES=all tries also what is costly, or much like another trial. */
const ALL = process.env.TEST_DEVICES === 'all';
const LIKE_OTHERS = ['lost-request', 'other-answer', 'cut-answer', 'back-off', 'refused-key', 'batches'];
const BROKEN = BROKEN_VALIDATORS.filter(({ isCostly }) => ALL || !isCostly);
const CONFORMANCE = join(REFERENCE, 'conformance.mjs');
const REQUIREMENTS = execFileSync(process.execPath, [CONFORMANCE, '--list'], { encoding: 'utf8' })
  .trimEnd()
  .split('\n')
  .map((line) => line.split(' ', 1)[0] ?? '')
  .filter((name) => ALL || !LIKE_OTHERS.includes(name));
const TRY_DEVICES = join(ROOT, 'test/setup/try-devices.mjs');

let over: ServiceOverDatabase;

beforeAll(async () => {
  over = await startOverDatabase();
  await seedDemonstration(over.database.url, {
    now: new Date(),
    timeZone: 'America/Bogota',
    cards: 100,
    trips: 500,
  });
});

interface Trial {
  readonly exitCode: number;
  readonly output: string;
}

function run(args: readonly string[]): Promise<Trial> {
  return new Promise((done) => {
    execFile(process.execPath, args, { env: { PATH: process.env.PATH } }, (error, stdout, stderr) => {
      done({ exitCode: error ? Number(error.code ?? -1) : 0, output: stdout + stderr });
    });
  });
}

/** A copy of the reference device with something in its source replaced. */
async function aBrokenDevice({ edits }: BrokenValidator): Promise<string> {
  const folder = await createTempFolder();
  afterFile(() => removeFolder(folder));
  for (const name of readdirSync(REFERENCE).filter((file) => file.endsWith('.mjs')))
    cpSync(join(REFERENCE, name), join(folder, name));
  for (const [name, from, to] of edits) {
    const path = join(folder, name);
    const source = readFileSync(path, 'utf8');
    if (source.split(from).length !== 2) throw new Error(`${name} has this not exactly once: ${from}`);
    writeFileSync(
      path,
      source.replace(from, () => to),
    );
  }
  return folder;
}

const found = new Map<string, string | null>();
const folders = new Map<BrokenValidator, string>();

interface Found {
  readonly folder: string;
  readonly requirement: string;
  readonly words: string | null;
}

beforeAll(async () => {
  for (const broken of BROKEN) folders.set(broken, await aBrokenDevice(broken));
  const trials = [
    ...REQUIREMENTS.map((requirement) => ({ folder: REFERENCE, requirement })),
    ...[...folders].map(([{ requirement }, folder]) => ({ folder, requirement })),
  ];
  const { output } = await run([TRY_DEVICES, over.service.url, ...trials.map((one) => JSON.stringify(one))]);
  for (const line of output.trimEnd().split('\n')) {
    const { folder, requirement, words } = JSON.parse(line) as Found;
    found.set(`${folder} ${requirement}`, words);
  }
}, LIMIT_MS);

describe('the reference validator', () => {
  it.each(REQUIREMENTS)('conforms: %s', (requirement) => {
    expect(found.get(`${REFERENCE} ${requirement}`)).toBeNull();
  });
});

describe('a device that', () => {
  it.each(BROKEN)('$what is found out by the requirement $requirement', (broken) => {
    expect(found.get(`${folders.get(broken)} ${broken.requirement}`)).toMatch(broken.words);
  });
});

describe('npm run conformance', () => {
  const tryOut = (folder: string): Promise<Trial> => {
    const options = ['--url', over.service.url, '--only', 'reports,lost-answer'];
    return run([CONFORMANCE, ...options, '--', process.execPath, join(folder, 'validator.mjs')]);
  };

  it('ends with 0 if all holds', async () => {
    const { exitCode, output } = await tryOut(REFERENCE);
    expect(output).toMatch(/^holds {3}reports: .+\nholds {3}lost-answer: .+\nThe device conforms\.\n$/);
    expect(exitCode).toBe(0);
  });

  it('ends with 1 and names what is broken', async () => {
    const twice = BROKEN.find(({ requirement }) => requirement === 'lost-answer');
    const { exitCode, output } = await tryOut((twice && folders.get(twice)) ?? '');
    expect(output).toMatch(
      /^holds {3}reports: .+\nBROKEN {2}lost-answer: .+\n +a card that was used once was charged 2 times\n/,
    );
    expect(output).toMatch(/The device does not conform: lost-answer\.\n$/);
    expect(exitCode).toBe(1);
  });
});

describe('docs/taps.md', () => {
  it('shows an exchange that runs as it stands, with the answers that it gets', async () => {
    const exchange = Exchange.read(join(ROOT, 'docs/taps.md'), 'An exchange');
    const differences = await exchange.run(over.service.url);
    expect(differences).toEqual([]);
  });
});

describe('the books', () => {
  it('are right after all that', async () => {
    expect(await breaksOf(over.database.url)).toEqual({});
  });
});
