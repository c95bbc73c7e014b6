import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { PAGE_HEADERS } from '../../../src/platform/console/page-policy';
import { ApiError } from './answers';

/** Where `scripts/build-lab.mjs` puts the pages. */
const FOLDER = join(__dirname, '..', '..', '..', 'dist', 'lab');
const PAGE = 'lab.html';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Every address is the one page, which reads from it what it shows. It has the policy of the console. */
export async function sendPage(response: ServerResponse): Promise<void> {
  await send(response, PAGE, PAGE_HEADERS);
}

/** @throws ApiError when the page loads no such file. */
export async function sendAsset(response: ServerResponse, name: string): Promise<void> {
  // A name has the digest of what is in it.
  await send(response, `assets/${name}`, { 'cache-control': 'max-age=31536000, immutable' });
}

async function send(
  response: ServerResponse,
  name: string,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  const type = TYPES[extname(name)];
  // Only what was built is a file of the pages, so no name leads out of their folder.
  if (!type || !namesBuilt().includes(name)) throw new ApiError(404, `there is no file ${name}`);
  const bytes = await readFile(join(FOLDER, name));
  response.writeHead(200, { 'content-type': type, ...headers });
  response.end(bytes);
}

function namesBuilt(): string[] {
  return readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).map((name) => name.replaceAll('\\', '/'));
}
