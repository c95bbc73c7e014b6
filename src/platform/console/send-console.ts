import { hash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { NoSuchPathError } from '../../common/http/problem/request-errors';
import { pathOf } from '../../common/http/request-target';
import { matchesEtag } from '../cache/if-none-match';
import { type ConsoleFile, readConsoleAsset, readConsolePage } from './console-files';
import { PAGE_HEADERS } from './page-policy';

/** The name of a file has the digest of its content, so it never changes. */
const ASSET_HEADERS = { 'cache-control': 'public, max-age=31536000, immutable' } as const;

/** Sends the page of the console. A browser asks each time whether it is still the same. @throws NoSuchPathError */
export async function sendConsolePage(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const page = foundOrFail(await readConsolePage(request.headers['accept-encoding']), request);
  const etag = `"${hash('sha256', page.bytes, 'base64url')}"`;
  describe(page, reply).headers(PAGE_HEADERS).header('etag', etag);
  if (matchesEtag(request.headers['if-none-match'], etag)) await reply.status(304).send();
  else await reply.send(page.bytes);
}

/** Sends a file that the page loads. @throws NoSuchPathError */
export async function sendConsoleAsset(
  name: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const file = foundOrFail(await readConsoleAsset(name, request.headers['accept-encoding']), request);
  await describe(file, reply).headers(ASSET_HEADERS).send(file.bytes);
}

function describe({ type, encoding }: ConsoleFile, reply: FastifyReply): FastifyReply {
  if (encoding) void reply.header('content-encoding', encoding);
  return reply.header('vary', 'accept-encoding').type(type);
}

function foundOrFail(file: ConsoleFile | null, { originalUrl }: FastifyRequest): ConsoleFile {
  if (!file) throw new NoSuchPathError(pathOf(originalUrl));
  return file;
}
