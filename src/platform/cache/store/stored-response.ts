import { hash } from 'node:crypto';
import { isResource, type Resource } from '../../../common/http/problem/not-found-error';

/**
 * The version of the form in which responses and guards are stored. Two releases with different versions count as two
 * Redis servers: they must not cache side by side, because neither marks what the other stores.
 */
export const STORED_FORMAT_VERSION = 1;

/** A response that may be cached: 200 with its JSON body, 204 without a body, or 404 with what was not found. */
export type CacheableResponse =
  | { readonly status: 200; readonly body: string }
  | { readonly status: 204 }
  | { readonly status: 404; readonly resource: Resource; readonly id: string };

/** When a response was loaded, and how long it may stay. */
export interface StorageTimes {
  /** Milliseconds since 1970, by the clock of the process that loaded the response. */
  readonly createdAt: number;
  /** How long the load took, in milliseconds. The longer it took, the earlier the response is refreshed. */
  readonly loadMs: number;
  /** How long the response may stay in the cache, in milliseconds. */
  readonly ttlMs: number;
}

/** A response as it is stored. */
export interface StoredResponse extends StorageTimes {
  readonly response: CacheableResponse;
  /** A strong validator of the content (RFC 9110, 8.8.3), with its quotes. */
  readonly etag: string;
}

export function toStoredResponse(response: CacheableResponse, times: StorageTimes): StoredResponse {
  const digest = hash('sha256', contentOf(response), 'base64url').slice(0, 22);
  return { response, etag: `"${digest}"`, ...times };
}

/** Writes one line about the response, and then its content. */
export function encode({ response, etag, createdAt, loadMs, ttlMs }: StoredResponse): string {
  // `join` makes one flat string; V8 would keep a template as a tree of its pieces.
  const line = [response.status, etag, createdAt, loadMs, ttlMs].join(' ');
  return `${line}\n${contentOf(response)}`;
}

const FIRST_LINE = /^(200|204|404) ("[^"\n]*") (\d+) (\d+) (\d+)\n/;

/** Returns undefined for a text that `encode` did not write. */
export function decode(text: string): StoredResponse | undefined {
  const match = FIRST_LINE.exec(text);
  if (!match) return undefined;
  const [line, status, etag = '', createdAt, loadMs, ttlMs] = match;
  const response = toResponse(status, text.slice(line.length));
  if (!response) return undefined;
  return { response, etag, createdAt: Number(createdAt), loadMs: Number(loadMs), ttlMs: Number(ttlMs) };
}

export function isSameResponse(one: CacheableResponse, other: CacheableResponse): boolean {
  return one.status === other.status && contentOf(one) === contentOf(other);
}

function contentOf(response: CacheableResponse): string {
  switch (response.status) {
    case 200:
      return response.body;
    case 204:
      return '';
    case 404:
      return JSON.stringify([response.resource, response.id]);
  }
}

function toResponse(status: string | undefined, content: string): CacheableResponse | undefined {
  if (status === '200') return { status: 200, body: content };
  if (status === '204') return { status: 204 };
  return toNotFound(content);
}

function toNotFound(content: string): CacheableResponse | undefined {
  const match = NOT_FOUND.exec(content);
  const resource = match?.[1] ?? '';
  const id = parseString(match?.[2]);
  return isResource(resource) && id !== undefined ? { status: 404, resource, id } : undefined;
}

/** A JSON array of two strings: the resource and the id. */
const NOT_FOUND = /^\["(\w+)",(".*")\]$/;

function parseString(json = ''): string | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
