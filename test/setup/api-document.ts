import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';

/** What was sent and what came back, as far as the document speaks of it. */
export interface Exchange {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly requestBody?: unknown;
  readonly status: number;
  readonly contentType: string | null;
  /** The parsed body; null when it was empty. */
  readonly body: unknown;
}

export type Schema = Readonly<Record<string, unknown>>;

/** An operation as the document describes it. */
export interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>;
  readonly 'x-cached-as'?: string;
  readonly 'x-evicts'?: readonly string[];
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly description?: string;
  readonly required?: boolean;
  readonly schema: Schema;
}

type Content = Readonly<Record<string, MediaType>>;

export interface MediaType {
  readonly schema: Schema;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

/** The OpenAPI document, as it is served. */
export interface OpenApi {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

const PROBLEM_TYPE = 'application/problem+json';
/** The documentation itself, which the document leaves out. */
const UNDOCUMENTED = /^\/?($|docs\b|redoc\b|openapi\.json$)/;
/** What a path that names no operation may be answered with. */
const STATUSES_WITHOUT_OPERATION = [400, 404, 405, 429];

/** Holds answers against an OpenAPI document: what it does not say must not happen. */
export class ApiDocument {
  private readonly ajv = addFormats(new Ajv2020({ strict: false, allErrors: true }));
  /** By the text of their schemas: most operations are refused by the same. */
  private readonly validators = new Map<string, ValidateFunction>();
  private readonly components: { schemas: Record<string, Schema> };
  private readonly paths: readonly { template: string; pattern: RegExp; parameters: number }[];

  constructor(readonly openApi: OpenApi) {
    const schemas = Object.entries(openApi.components.schemas).map(([name, schema]) => [
      name,
      strict(schema),
    ]);
    this.components = { schemas: Object.fromEntries(schemas) as Record<string, Schema> };
    this.paths = Object.keys(openApi.paths).map((template) => ({
      template,
      pattern: new RegExp(`^${template.replace(/[.]/g, '\\$&').replace(/\{\w+\}/g, '[^/]+')}$`),
      parameters: template.split('{').length - 1,
    }));
  }

  /** @throws Error that says what the document does not. */
  check(exchange: Exchange): void {
    const [path = ''] = exchange.path.split('?');
    if (UNDOCUMENTED.test(path)) return;
    const template = this.templateOf(path);
    const method = exchange.method === 'HEAD' ? 'get' : exchange.method.toLowerCase();
    const operation = template === null ? undefined : this.openApi.paths[template]?.[method];
    if (operation) this.checkOperation(operation, exchange);
    else this.checkRefusal(exchange, template);
  }

  private templateOf(path: string): string | null {
    const plain = decode(path)
      ?.replace(/^\/api\/v1(?=\/)/, '')
      .replace(/(?<=.)\/$/, '');
    if (plain === undefined) return null;
    const matching = this.paths.filter(({ pattern }) => pattern.test(plain));
    return matching.toSorted((a, b) => a.parameters - b.parameters)[0]?.template ?? null;
  }

  private checkRefusal(exchange: Exchange, template: string | null): void {
    const expected = template === null ? STATUSES_WITHOUT_OPERATION : [405, 429];
    if (!expected.includes(exchange.status))
      fail(exchange, `no operation is described, so it must be ${expected.join(' or ')}`);
    this.checkContent(exchange, 'problem', PROBLEM_TYPE, { $ref: '#/components/schemas/Problem' });
  }

  private checkOperation(operation: Operation, exchange: Exchange): void {
    const { status, contentType, requestBody } = exchange;
    const response = operation.responses[status];
    if (!response)
      fail(exchange, `${operation.operationId} declares ${Object.keys(operation.responses).join(', ')} only`);
    const [type = ''] = (contentType ?? '').split(';');
    if (response.content === undefined) {
      if (exchange.body !== null) fail(exchange, `${operation.operationId} declares no body`);
    } else if (exchange.method !== 'HEAD') {
      const media = response.content[type];
      if (!media)
        fail(
          exchange,
          `${type || 'no type'} is not declared, ${Object.keys(response.content).join(', ')} is`,
        );
      this.checkContent(exchange, `${operation.operationId} ${status} ${type}`, type, media.schema);
      if (type === PROBLEM_TYPE) checkCode(exchange, media);
    }
    if (status < 300 && requestBody !== undefined) this.checkRequest(operation, exchange);
  }

  /** What was accepted must be what the document allows. */
  private checkRequest({ operationId, requestBody }: Operation, exchange: Exchange): void {
    const schema = requestBody?.content['application/json']?.schema;
    if (!schema) fail(exchange, `${operationId} declares no request body, and took one`);
    this.validate(exchange, `${operationId} request`, schema, exchange.requestBody);
  }

  private checkContent(exchange: Exchange, name: string, type: string, schema: Schema): void {
    if (!exchange.contentType?.startsWith(type)) fail(exchange, `it must be ${type}`);
    if (exchange.method === 'HEAD') return;
    this.validate(exchange, name, schema, exchange.body);
    if (type === PROBLEM_TYPE && (exchange.body as { status: number }).status !== exchange.status) {
      fail(exchange, 'the status in the problem document is another');
    }
  }

  private validate(exchange: Exchange, name: string, schema: Schema, value: unknown): void {
    const validator = this.validatorOf(schema);
    if (!validator(value)) {
      fail(
        exchange,
        `the schema ${name} says ${this.ajv.errorsText(validator.errors, { separator: '; ', dataVar: '' })}`,
      );
    }
  }

  private validatorOf(schema: Schema): ValidateFunction {
    const text = JSON.stringify(schema);
    const validator =
      this.validators.get(text) ?? this.ajv.compile({ ...strict(schema), components: this.components });
    this.validators.set(text, validator);
    return validator;
  }
}

/** As the router sees it; undefined when it cannot be decoded. */
function decode(path: string): string | undefined {
  const segments = path.split('/');
  try {
    return segments.map((segment) => decodeURIComponent(segment).replaceAll('/', '%2F')).join('/');
  } catch {
    return undefined;
  }
}

/** A program that reads a code must have found it in the document. */
function checkCode(exchange: Exchange, { examples = {} }: MediaType): void {
  const { code } = exchange.body as { code: string };
  if (!(code in examples))
    fail(exchange, `the code ${code} is not declared, ${Object.keys(examples).join(', ')} is`);
}

/** Allows no member that the schema does not name. */
function strict(schema: Schema): Schema {
  const { properties, items } = schema as { properties?: Record<string, Schema>; items?: Schema };
  const nested = properties && {
    properties: Object.fromEntries(
      Object.entries(properties).map(([name, property]) => [name, strict(property)]),
    ),
    unevaluatedProperties: false,
  };
  return { ...schema, ...nested, ...(items && { items: strict(items) }) };
}

function fail({ method, path, status, contentType, body }: Exchange, complaint: string): never {
  const shown = JSON.stringify(body);
  throw new Error(
    `${method} ${path.slice(0, 200)} was answered ${status} (${contentType ?? 'no type'}), but ${complaint}:\n${shown.slice(0, 2_000)}`,
  );
}
