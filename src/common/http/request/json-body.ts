import type { FastifyInstance, FastifyRequest } from 'fastify';
import { InvalidValueError, MalformedRequestError } from '../problem/request-errors';
import { lossOf } from './json-losses';
import { partsOf, type Shape } from './shape';

/** So many unknown members may still be named one by one. */
const UNKNOWN_PARTS_ALLOWED = 100;
const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPENING_BRACKET = 0x5b;
const OPENING_BRACE = 0x7b;

/**
 * Bodies are JSON in UTF-8, and parsed only where the operation may take so many members and items. Those that Fastify
 * looks for, such as `__proto__`, are members that are not known, like others.
 */
export function parseJsonBodies(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('ignore', 'ignore');
  server.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    (request: FastifyRequest, bytes: Buffer, done) => {
      const { operation } = request.routeOptions.config;
      if (!operation || (bytes.length === 0 && operation.body.required.length === 0)) {
        done(null, undefined);
        return;
      }
      try {
        const json = decode(bytes);
        const parts = requireFewParts(json, operation.body);
        void parse(request, json, (error, body: unknown) => {
          const loss = error ? null : lossOf(json, parts, body);
          done(error ?? (loss === null ? null : refusal(loss)), body);
        });
      } catch (error) {
        done(error as Error);
      }
    },
  );
}

/** A byte order mark at the start says nothing (RFC 8259, 8.1), and is left out. */
function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new MalformedRequestError('The body is not UTF-8.');
  }
}

/**
 * How many members and items there are.
 *
 * @throws InvalidValueError for too many.
 */
function requireFewParts(json: string, shape: Shape): number {
  const most = partsOf(shape) + UNKNOWN_PARTS_ALLOWED;
  const parts = countParts(json, most);
  if (parts <= most) return parts;
  throw refusal(`must have at most ${partsOf(shape)} members and items, on all levels together`);
}

function refusal(detail: string): InvalidValueError {
  return new InvalidValueError('The request is not acceptable.', [{ pointer: '', detail }]);
}

/**
 * Counts the members and items of JSON text without parsing it, up to one more than are allowed on all levels together.
 */
export function countParts(json: string, most: number): number {
  let parts = 0;
  let isText = false;
  for (let at = 0; at < json.length && parts <= most; at += 1) {
    const character = json.charCodeAt(at);
    if (character === QUOTE) isText = !isText;
    else if (isText) at += character === BACKSLASH ? 1 : 0;
    else if (character === COMMA || character === OPENING_BRACKET || character === OPENING_BRACE) parts += 1;
  }
  return parts;
}
