import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';

/** Where the build puts the console, from here in `dist`. */
const FOLDER = join(__dirname, '..', '..', 'console');
const PAGE = 'index.html';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The build has compressed each file in these ways, the smallest first. */
const ENCODINGS = [
  { name: 'br', ending: '.br' },
  { name: 'gzip', ending: '.gz' },
] as const;

/** A file of the console, as one caller gets it. */
export interface ConsoleFile {
  readonly type: string;
  /** Undefined if the caller takes no compressed form. */
  readonly encoding?: string;
  readonly bytes: Buffer;
}

let names: ReadonlySet<string> | undefined;

/** Reads the page, which is the same for every screen. @param accepted the header Accept-Encoding. */
export function readConsolePage(accepted: string | undefined): Promise<ConsoleFile | null> {
  return read(PAGE, accepted);
}

/** Reads a file that the page loads, or returns null if there is none. Its name has the digest of its content. */
export function readConsoleAsset(name: string, accepted: string | undefined): Promise<ConsoleFile | null> {
  return read(`assets/${name}`, accepted);
}

/** Only what the build wrote is a file of the console, so no name leads out of its folder. */
async function read(name: string, accepted: string | undefined): Promise<ConsoleFile | null> {
  names ??= namesIn(FOLDER);
  const type = TYPES[extname(name)];
  if (!names.has(name) || !type) return null;
  const encoding = ENCODINGS.find((one) => accepts(accepted, one.name) && names?.has(name + one.ending));
  const bytes = await readFile(join(FOLDER, name + (encoding?.ending ?? '')));
  return { type, bytes, encoding: encoding?.name };
}

function namesIn(folder: string): ReadonlySet<string> {
  try {
    const all = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    return new Set(all.map((name) => name.replaceAll('\\', '/')));
  } catch {
    // Nothing was built, as where a test runs the sources.
    return new Set();
  }
}

/** Whether Accept-Encoding names an encoding, and does not refuse it by `q=0` (RFC 9110, 12.5.3). */
function accepts(accepted: string | undefined, encoding: string): boolean {
  return (accepted ?? '').split(',').some((part) => {
    const [name = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
    return name === encoding && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
  });
}
