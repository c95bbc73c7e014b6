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

/** The pages of the lab, as they are built, with the policy that the console has. */
export class Pages {
  /** Only what was built is a file of the pages, so no name leads out of their folder. */
  private readonly names = new Set(readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).map(slashed));

  /** Every address is the one page, which reads from it what it shows. */
  async sendPage(response: ServerResponse): Promise<void> {
    await this.send(response, PAGE, PAGE_HEADERS);
  }

  /** @throws ApiError when there is no such file. */
  async sendAsset(response: ServerResponse, name: string): Promise<void> {
    // A name has the digest of what is in it.
    await this.send(response, `assets/${name}`, { 'cache-control': 'max-age=31536000, immutable' });
  }

  private async send(
    response: ServerResponse,
    name: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<void> {
    const type = TYPES[extname(name)];
    if (!this.names.has(name) || !type) throw new ApiError(404, `there is no file ${name}`);
    const bytes = await readFile(join(FOLDER, name));
    response.writeHead(200, { 'content-type': type, ...headers });
    response.end(bytes);
  }
}

function slashed(name: string): string {
  return name.replaceAll('\\', '/');
}
