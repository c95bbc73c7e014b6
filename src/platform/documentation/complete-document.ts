import { STATUS_CODES } from 'node:http';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { Problem } from '../../common/http/problem/problem.dto';
import type { ProblemCode } from '../../common/http/problem/problem-types';
import { REQUIRED_UNLESS } from '../../common/http/validation';
import { cacheKeys } from '../cache/cache-keys';
import { Environment } from '../config/environment';
import { declareAccess, describeAccess } from './declare-access';
import { declareProblems } from './declare-problems';
import { declareLimits } from './declare-limits';
import type { Operation, Response, Schema, SchemaOrReference, Schemas } from './document-types';

/** Every operation has a query, if only an empty one. */
const PROBLEMS_WITH_QUERY: readonly ProblemCode[] = ['malformed_request', 'invalid_value'];
const PROBLEMS_WITH_BODY: readonly ProblemCode[] = ['body_too_large', 'unsupported_media_type'];
const PROBLEMS_WITH_DATABASE: readonly ProblemCode[] = ['database_away', 'database_busy'];

/** These operations never ask the database, and respond while the cache is away too. */
const ALWAYS_ANSWERED: ReadonlySet<string> = new Set(['/health/live', '/cache/stats', '/cache/templates', '/cache/health']);

const METHODS = ['get', 'post', 'patch', 'delete'] as const;

/** Adds what is the same for all operations, so that no controller has to repeat it. */
export function completeDocument(document: OpenAPIObject): OpenAPIObject {
  const schemas = document.components?.schemas ?? {};
  const operationIds = new Set<string>();
  for (const schema of Object.values(schemas)) markIntegers(schema);
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of METHODS) {
      const operation = item[method];
      if (!operation) continue;
      operation.operationId = uniqueId(operation.operationId ?? path, operationIds);
      declareProblems(operation, PROBLEMS_WITH_QUERY);
      // What needs the database or the cache in a way of its own says so itself.
      if (!ALWAYS_ANSWERED.has(path) && !operation.responses[503])
        declareProblems(operation, PROBLEMS_WITH_DATABASE);
      declareAccess(operation);
      // Requests about the health of the service are not refused while it is overloaded, however often they come.
      if (!path.startsWith('/health')) {
        declareProblems(operation, ['overloaded']);
        declareLimits(operation);
      }
      if (method !== 'get') declareProblems(operation, PROBLEMS_WITH_BODY);
      operation.description = describe(operation, method);
      describeResponses(operation, path);
      completeBody(operation, schemas, method);
      leaveFiltersEmpty(operation);
    }
  }
  return document;
}

/** A handler with two paths is two operations, and each needs an id of its own. */
function uniqueId(operationId: string, taken: Set<string>): string {
  const free = taken.has(operationId) ? `${operationId}Too` : operationId;
  taken.add(free);
  return free;
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
    method === 'get' && !cachedAs && 'It is not cached: each request reads the current state.',
    evicts &&
      'When the response arrives, the cached responses that are named in `x-evicts` are no longer served.',
    describeAccess(operation),
    isRepeatable &&
      'A retry with the same `Idempotency-Key` is not executed again: it gets the response of the first request.',
  ];
  return paragraphs.filter(Boolean).join('\n\n');
}

function describeCaching(cachedAs: string): string {
  const timeToLive = Object.values(cacheKeys).find(({ template }) => template === cachedAs)?.timeToLive;
  const lifetime =
    timeToLive && `, and for at most \`${timeToLive}\` seconds (${new Environment()[timeToLive]} by default)`;
  return (
    `The response is cached as \`${cachedAs}\` until a write changes it${lifetime ?? ''}. The header \`X-Cache\` ` +
    'says whether it came from the cache (HIT) or not (MISS, BYPASS). A request with `If-None-Match` gets 304 without ' +
    'a body if the response has not changed.'
  );
}

/** An operation with the members that the cache's decorators add. */
type DescribedOperation = Operation & {
  readonly 'x-cached-as'?: string;
  readonly 'x-evicts'?: readonly string[];
};

/** Describes each response, and sets the path of the operation as `instance` in the examples of its problems. */
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
 * Marks optional members of a body as nullable, and adds an example. The example has only members that are required of
 * most callers, so that it can be sent more than once; one with a `transaction_id` or an `email` could not. A PATCH that requires no member
 * has an example with all of them.
 */
function completeBody({ requestBody }: Operation, schemas: Schemas, method: string): void {
  if (!requestBody || '$ref' in requestBody) return;
  for (const media of Object.values(requestBody.content)) {
    const { properties = {}, required = [] } = resolve(media.schema, schemas);
    for (const [member, property] of Object.entries(properties)) {
      if (!required.includes(member)) allowNull(property);
    }
    const names = Object.keys(properties);
    const usual = names.filter(
      (name) => required.includes(name) || REQUIRED_UNLESS in (properties[name] ?? {}),
    );
    const shown = method === 'patch' && required.length === 0 ? names : usual;
    media.example ??= Object.fromEntries(shown.map((member) => [member, exampleOf(properties[member])]));
  }
}

/**
 * Swagger UI fills in the `example` of a parameter, so its first request would use every filter at once. It only shows
 * the `examples` of a schema, which OpenAPI 3.1 prefers; so optional parameters have those.
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

/** Marks a member as nullable. It may be called twice, because two operations may take the same body. */
function allowNull(property: SchemaOrReference): void {
  if ('$ref' in property || typeof property.type !== 'string') return;
  Object.assign(property, { type: [property.type, 'null'] });
  if (property.enum) property.enum = [...(property.enum as unknown[]), null];
}

function exampleOf(schema: SchemaOrReference | undefined): unknown {
  return schema && 'example' in schema ? schema.example : undefined;
}

/** TypeScript has only numbers, so a number whose example is whole becomes an integer: money, ids and counts. */
function markIntegers(schema: SchemaOrReference): void {
  if ('$ref' in schema) return;
  const { type } = schema;
  if (Number.isInteger(exampleOf(schema))) {
    if (Array.isArray(type)) schema.type = type.map((name) => (name === 'number' ? 'integer' : name));
    else if (type === 'number') schema.type = 'integer';
  }
  for (const property of Object.values(schema.properties ?? {})) markIntegers(property);
}
