import type { FastifyInstance, FastifyRequest } from 'fastify';
import { InvalidValueError, MalformedRequestError } from '../problem/request-errors';
import { lossOf } from './json-losses';
import { partsOf, type Shape } from './shape';

/** How many unknown members are accepted here, so that the check of the shape can name each of them. */
const UNKNOWN_PARTS_ALLOWED = 100;
const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPENING_BRACKET = 0x5b;
const OPENING_BRACE = 0x7b;

/**
 * Parses bodies as JSON in UTF-8, if the operation takes so many members and items. Names such as `__proto__`, which
 * Fastify treats in a special way, are unknown members like others.
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

/** Decodes UTF-8. A byte order mark at the start is ignored, as RFC 8259, 8.1 allows. */
function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new MalformedRequestError('The body is not UTF-8.');
  }
}

/**
 * Returns how many members and items there are.
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
 * Counts the members and items on all levels of JSON text, without parsing it. It stops at one more than are allowed.
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
