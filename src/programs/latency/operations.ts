import type { CacheKey } from '../../platform/cache/cache-key';
import { cacheKeys } from '../../platform/cache/cache-keys';
import { StartupError } from '../../common/program/startup-error';
import type { KeyHeaders } from '../service-traffic/key-option';
import { learnValues, type Values } from './values';

/** A read that can be measured as it is. */
export interface ReadOperation {
  /** Such as `/cards/{card_id}/balance`, or the path that was asked for by name. */
  readonly name: string;
  /** With the values of its parameters, such as `/cards/1/balance`. */
  readonly path: string;
  /** The plain name in the cache, such as `card:1:balance`; null for what is not cached. */
  readonly key: string | null;
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly schema?: { readonly example?: string | number; readonly default?: string | number };
}

interface Operation {
  readonly tags?: readonly string[];
  readonly parameters?: readonly Parameter[];
  readonly responses?: Readonly<Record<string, { readonly content?: object }>>;
  readonly 'x-cached-as'?: string;
}

interface OpenApi {
  readonly paths: Readonly<Record<string, { readonly get?: Operation }>>;
}

const KEYS: readonly CacheKey[] = Object.values(cacheKeys);
/** They are about the service itself. */
const OTHER_TAGS = ['cache', 'health', 'operations'];

/** A kind of read that a service offers. */
export class OfferedRead {
  private readonly parameters: readonly Parameter[];
  private readonly cacheKey: CacheKey | undefined;

  constructor(
    readonly name: string,
    { parameters = [], 'x-cached-as': template }: Operation,
    private readonly values: Values,
  ) {
    this.parameters = parameters;
    this.cacheKey = KEYS.find((key) => key.template === template);
  }

  get isCached(): boolean {
    return this.cacheKey !== undefined;
  }

  /** With ids and codes that the service has, or else those of the document's examples. */
  get example(): ReadOperation {
    const values = Object.fromEntries(
      this.parameters.filter(isInPath).map((parameter) => [parameter.name, this.exampleOf(parameter)]),
    );
    const path = this.name.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''));
    return { name: this.name, path, key: this.keyOf(values) };
  }

  /** With the values of a path such as `/cards/17/balance`; null when that is another operation's. */
  at(asked: string): ReadOperation | null {
    const [path = '', query] = asked.split('?');
    const found = new RegExp(`^${this.name.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`).exec(path);
    if (!found) return null;
    const values = Object.entries(found.groups ?? {}).map(([name, value]) => [name, decode(value)] as const);
    return {
      name: asked,
      path: asked,
      key: this.keyOf(Object.fromEntries([...values, ...new URLSearchParams(query)])),
    };
  }

  private keyOf(values: Values): string | null {
    const defaults = this.parameters.map(
      ({ name, schema }) => [name, String(schema?.default ?? this.values[name] ?? '')] as const,
    );
    return this.cacheKey?.build({ ...Object.fromEntries(defaults), ...values }) ?? null;
  }

  private exampleOf({ name, schema }: Parameter): string {
    const learnt =
      name === 'code' ? (this.name.startsWith('/station') ? 'station_code' : 'route_code') : name;
    return this.values[learnt] ?? String(schema?.example ?? 1);
  }
}

/**
 * The reads that a service offers, learnt from its OpenAPI document, so that none is forgotten here.
 *
 * @throws StartupError when there is no such service.
 */
export async function learnOperations(url: string, key: KeyHeaders): Promise<readonly OfferedRead[]> {
  const document = await fetchDocument(url);
  const values = await learnValues(url, key);
  return Object.entries(document.paths).flatMap(([name, { get }]) =>
    get && !isEndless(get) && !get.tags?.some((tag) => OTHER_TAGS.includes(tag))
      ? [new OfferedRead(name, get, values)]
      : [],
  );
}

/** Each once: two paths that are cached under one key are one read. */
export function pickAll(offered: readonly OfferedRead[]): readonly ReadOperation[] {
  const operations = offered.map(({ example }) => example);
  return operations.filter(
    ({ key }, index) => key === null || operations.findIndex((other) => other.key === key) === index,
  );
}

/**
 * The read of that name, or at that path.
 *
 * @throws StartupError naming what is offered.
 */
export function pick(asked: string, offered: readonly OfferedRead[]): ReadOperation {
  const named = offered.find(({ name }) => name === asked)?.example;
  // A path that has no parameters is more itself than one that has: /trips/total is no trip.
  const placed = offered
    .toSorted((a, b) => a.name.split('{').length - b.name.split('{').length)
    .flatMap((read) => read.at(asked) ?? [])[0];
  const found = named ?? placed;
  if (found) return found;
  throw new StartupError(
    `${asked} is not an operation that can be measured; these are: ${offered.map(({ name }) => name).join(', ')}`,
  );
}

async function fetchDocument(url: string): Promise<OpenApi> {
  const answer = await fetch(`${url}/openapi.json`).catch((error: unknown) => {
    throw new StartupError(`no service answers at ${url}`, { cause: error });
  });
  if (!answer.ok) throw new StartupError(`${url}/openapi.json answers ${answer.status}`);
  return (await answer.json()) as OpenApi;
}

/** A stream of events never ends by itself. */
function isEndless({ responses }: Operation): boolean {
  return 'text/event-stream' in (responses?.['200']?.content ?? {});
}

function isInPath(parameter: Parameter): boolean {
  return parameter.in === 'path';
}

/** Text that is no encoding stands for itself: the service decides what it makes of it. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
