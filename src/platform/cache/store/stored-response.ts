import { hash } from 'node:crypto';
import { isResource, type Resource } from '../../../common/http/problem/not-found-error';

/**
 * The version of the form in which responses and guards are stored. Two releases with different versions count as two
 * Redis servers: they must not cache side by side, because neither marks what the other stores.
 */
export const STORED_FORMAT_VERSION = 2;

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

/** Returns undefined for a text that `encode` did not write. Each hit is decoded, so this makes no text but what it returns. */
export function decode(text: string): StoredResponse | undefined {
  const afterEtag = text.indexOf('" ', AFTER_STATUS + 1) + 1;
  const afterCreatedAt = text.indexOf(' ', afterEtag + 1);
  const afterLoadMs = text.indexOf(' ', afterCreatedAt + 1);
  const end = text.indexOf('\n', afterLoadMs + 1);
  const createdAt = wholeNumber(text, afterEtag + 1, afterCreatedAt);
  const loadMs = wholeNumber(text, afterCreatedAt + 1, afterLoadMs);
  const ttlMs = wholeNumber(text, afterLoadMs + 1, end);
  if (text[AFTER_STATUS] !== '"' || Number.isNaN(createdAt + loadMs + ttlMs)) return undefined;
  const response = toResponse(text, end + 1);
  return response && { response, etag: text.slice(AFTER_STATUS, afterEtag), createdAt, loadMs, ttlMs };
}

/** Where the ETag begins. */
const AFTER_STATUS = '200 '.length;
const [ZERO, NINE] = [0x30, 0x39];

/** NaN if there is anything but digits, or nothing. */
function wholeNumber(text: string, start: number, end: number): number {
  let value = end > start ? 0 : NaN;
  for (let index = start; index < end; index += 1) {
    const code = text.charCodeAt(index);
    value = code >= ZERO && code <= NINE ? value * 10 + code - ZERO : NaN;
  }
  return value;
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

function toResponse(text: string, start: number): CacheableResponse | undefined {
  if (text.startsWith('200 ')) return { status: 200, body: text.slice(start) };
  if (text.startsWith('204 ')) return { status: 204 };
  return text.startsWith('404 ') ? toNotFound(text.slice(start)) : undefined;
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
