import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { ApiDocument, type OpenApi } from './api-document';
import type { Service } from './service';

/** A value as JSON brings it: a time is a text. */
type Parsed<Value> = Value extends Date
  ? string
  : Value extends object
    ? { [Key in keyof Value]: Parsed<Value[Key]> }
    : Value;

/**
 * What the service answered. The type of a body that a test reads is the class that describes it in the OpenAPI document;
 * the body itself is held against that document.
 */
export interface Answer<Body = unknown> {
  readonly status: number;
  readonly headers: Headers;
  /** The bytes of the body. */
  readonly text: string;
  /** The parsed body; null when it is empty. */
  readonly body: Parsed<Body>;
}

/** Only for a service that never answers: two hundred writes on one card take minutes on a crowded machine. */
const TIMEOUT_MS = 240_000;
const MAIN = resolve(__dirname, '../../dist/main.js');

declare global {
  var testApiDocument: { readonly builtAt: number; readonly document: Promise<ApiDocument> } | undefined;
}

/**
 * Sends a request over HTTP and holds the answer against the OpenAPI document of the service; fails when it is not
 * answered in time.
 */
export async function ask<Body = unknown>(
  service: Pick<Service, 'url'>,
  path: string,
  init: RequestInit = {},
): Promise<Answer<Body>> {
  const described = await documentOf(service);
  const response = await fetch(service.url + path, { signal: AbortSignal.timeout(TIMEOUT_MS), ...init });
  const text = await response.text();
  const contentType = response.headers.get('content-type');
  const body = bodyOf(contentType, text);
  const requestBody: unknown =
    response.ok && typeof init.body === 'string' && init.body ? JSON.parse(init.body) : undefined;
  described.check({
    method: init.method ?? 'GET',
    path,
    requestBody,
    status: response.status,
    contentType,
    body,
  });
  return { status: response.status, headers: response.headers, text, body: body as Parsed<Body> };
}

/** JSON, lines of it, or metrics; other bodies have a document of their own. */
function bodyOf(contentType: string | null, text: string): unknown {
  if (contentType && /ndjson|openmetrics/.test(contentType)) return text;
  return contentType?.includes('json') && text ? JSON.parse(text) : null;
}

/** Sends a body as JSON. */
export async function send<Body = unknown>(
  service: Pick<Service, 'url'>,
  method: 'POST' | 'PATCH',
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer<Body>> {
  return ask(service, path, {
    method,
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  });
}

export async function post<Body = unknown>(
  service: Pick<Service, 'url'>,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer<Body>> {
  return send(service, 'POST', path, body, headers);
}

/** The document that services serve: the same for all of one build, so a process of tests makes it once. */
export async function documentOf(service: Pick<Service, 'url'>): Promise<ApiDocument> {
  const { mtimeMs: builtAt } = statSync(MAIN);
  if (globalThis.testApiDocument?.builtAt !== builtAt) {
    const document = fetchDocument(service.url).catch((error: unknown) => {
      globalThis.testApiDocument = undefined;
      throw error;
    });
    globalThis.testApiDocument = { builtAt, document };
  }
  return globalThis.testApiDocument.document;
}

async function fetchDocument(url: string): Promise<ApiDocument> {
  const response = await fetch(`${url}/openapi.json`);
  return new ApiDocument((await response.json()) as OpenApi);
}
