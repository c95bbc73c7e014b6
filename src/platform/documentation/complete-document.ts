import { STATUS_CODES } from 'node:http';
import type { OpenAPIObject } from '@nestjs/swagger';
import { problemResponse } from '../../common/http/api-problems.decorator';
import type { Problem } from '../../common/http/problem/problem.dto';
import { cacheKeys } from '../cache/cache-keys';
import { Environment } from '../config/environment';
import { declareAccess, describeAccess } from './declare-access';
import { declareOverload } from './declare-overload';
import type { Operation, Response, Schema, SchemaOrReference, Schemas } from './document-types';

type Problems = Readonly<Record<number, string>>;

/** Operations may be refused like this, beside what they declare themselves: all of them for their query. */
const PROBLEMS_WITH_QUERY: Problems = { 400: 'malformed_request', 422: 'invalid_value' };
const PROBLEMS_WITH_DATABASE: Problems = { 503: 'database_away, database_busy' };
const PROBLEMS_WITH_BODY: Problems = { 413: 'body_too_large', 415: 'unsupported_media_type' };

/** They never ask the database, and answer while the cache is away too. */
const ALWAYS_ANSWERED: ReadonlySet<string> = new Set(['/health/live', '/cache/stats', '/cache/health']);

const METHODS = ['get', 'post', 'patch', 'delete'] as const;

/** Adds to the document what holds for all operations, so that no controller has to repeat it. */
export function completeDocument(document: OpenAPIObject): OpenAPIObject {
  const schemas = document.components?.schemas ?? {};
  const operationIds = new Set<string>();
  for (const schema of Object.values(schemas)) markIntegers(schema);
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const operation = item[method];
      if (!operation) continue;
      operation.operationId = unused(operation.operationId ?? path, operationIds);
      declareProblems(operation, PROBLEMS_WITH_QUERY);
      if (!ALWAYS_ANSWERED.has(path)) declareProblems(operation, PROBLEMS_WITH_DATABASE);
      declareAccess(operation);
      declareOverload(operation, path);
      if (method !== 'get') declareProblems(operation, PROBLEMS_WITH_BODY);
      operation.description = describe(operation, method);
      describeResponses(operation, path);
      completeBody(operation, schemas, method);
      leaveFiltersEmpty(operation);
    }
  }
  return document;
}

/** A handler that serves two paths is two operations. */
function unused(operationId: string, taken: Set<string>): string {
  const free = taken.has(operationId) ? `${operationId}Too` : operationId;
  taken.add(free);
  return free;
}

function declareProblems(operation: Operation, problems: Problems): void {
  for (const [status, codes] of Object.entries(problems)) {
    operation.responses[status] ??= problemResponse(Number(status), codes);
  }
}

/** What the summary leaves open: the operation's own remarks, how it is cached, and how it is repeated. */
function describe(operation: Operation, method: string): string {
  const {
    description,
    parameters = [],
    'x-cached-as': cachedAs,
    'x-evicts': evicts,
  }: DescribedOperation = operation;
  const isRepeatable = parameters.some(
    (parameter) => 'name' in parameter && parameter.name === 'Idempotency-Key',
  );
  const paragraphs = [
    description?.replaceAll('\n', ' '),
    cachedAs && describeCaching(cachedAs),
    method === 'get' && !cachedAs && 'It is not cached: each request is answered anew.',
    evicts && 'When the response arrives, the cached answers named in `x-evicts` are no longer served.',
    describeAccess(operation),
    isRepeatable &&
      'A retry with the same `Idempotency-Key` is not done twice: it gets the first answer again.',
  ];
  return paragraphs.filter(Boolean).join('\n\n');
}

function describeCaching(cachedAs: string): string {
  const timeToLive = Object.values(cacheKeys).find(({ template }) => template === cachedAs)?.timeToLive;
  const lifetime =
    timeToLive && `, and for at most \`${timeToLive}\` seconds (${new Environment()[timeToLive]} by default)`;
  return (
    `It is cached as \`${cachedAs}\` until a write changes the answer${lifetime ?? ''}. The header \`X-Cache\` ` +
    'says whether it came from the cache (HIT) or not (MISS, BYPASS). With `If-None-Match` an answer that has not ' +
    'changed is 304 without a body.'
  );
}

/** With what the decorators of the cache say. */
type DescribedOperation = Operation & {
  readonly 'x-cached-as'?: string;
  readonly 'x-evicts'?: readonly string[];
};

/** The problems of an operation are shown where they occur. */
function describeResponses({ responses }: Operation, path: string): void {
  for (const [status, response] of Object.entries(responses)) {
    if (!response || '$ref' in response) continue;
    response.description ||= STATUS_CODES[status] ?? status;
    for (const { value } of examplesOf(response)) {
      if (isProblem(value)) value.instance = path;
    }
  }
}

function examplesOf({ content = {} }: Response): { value?: unknown }[] {
  return Object.values(content).flatMap(({ examples = {} }) =>
    Object.values(examples).flatMap((example) => ('$ref' in example ? [] : [example])),
  );
}

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'instance' in value;
}

/**
 * An optional member of a body may be null. The example of a body has its required members only: it can be sent as it
 * is, and again, which one with a `transaction_id` or an `email` could not. A change that requires none shows all.
 */
function completeBody({ requestBody }: Operation, schemas: Schemas, method: string): void {
  if (!requestBody || '$ref' in requestBody) return;
  for (const media of Object.values(requestBody.content)) {
    const { properties = {}, required = [] } = resolve(media.schema, schemas);
    for (const [member, property] of Object.entries(properties)) {
      if (!required.includes(member)) allowNull(property);
    }
    const shown = method === 'patch' && required.length === 0 ? Object.keys(properties) : required;
    media.example ??= Object.fromEntries(shown.map((member) => [member, exampleOf(properties[member])]));
  }
}

/**
 * Swagger UI fills in the `example` of a parameter, and asks for stations of every filter at once. `examples` of a schema,
 * which OpenAPI 3.1 prefers, are only shown.
 */
function leaveFiltersEmpty({ parameters = [] }: Operation): void {
  for (const parameter of parameters) {
    if ('$ref' in parameter || parameter.required) continue;
    const { schema } = parameter;
    if (!schema || '$ref' in schema || schema.example === undefined) continue;
    const examples: unknown[] = [schema.example];
    Object.assign(schema, { examples });
    delete schema.example;
  }
}

function resolve(schema: SchemaOrReference | undefined, schemas: Schemas): Schema {
  if (!schema) return {};
  return '$ref' in schema ? resolve(schemas[schema.$ref.split('/').at(-1) ?? ''], schemas) : schema;
}

/** Two operations may take the same body. */
function allowNull(property: SchemaOrReference): void {
  if ('$ref' in property || typeof property.type !== 'string') return;
  Object.assign(property, { type: [property.type, 'null'] });
  if (property.enum) property.enum = [...(property.enum as unknown[]), null];
}

function exampleOf(schema: SchemaOrReference | undefined): unknown {
  return schema && 'example' in schema ? schema.example : undefined;
}

/** TypeScript knows numbers only; those whose example is whole are integers: money, ids, counts. */
function markIntegers(schema: SchemaOrReference): void {
  if ('$ref' in schema) return;
  const { type } = schema;
  if (Number.isInteger(exampleOf(schema))) {
    if (Array.isArray(type)) schema.type = type.map((name) => (name === 'number' ? 'integer' : name));
    else if (type === 'number') schema.type = 'integer';
  }
  for (const property of Object.values(schema.properties ?? {})) markIntegers(property);
}
