import type { CacheKey } from '../cache/cache-key';
import { cacheKeys } from '../cache/cache-keys';
import { StartupError } from '../common/startup-error';

/** A read that can be measured as it is. */
export interface ReadOperation {
  /** Such as `/cards/{card_id}/balance`. */
  readonly name: string;
  /** With the parameters of the document's examples, such as `/cards/1/balance`. */
  readonly path: string;
  /** The plain name in the cache, such as `card:1:balance`; null for what is not cached. */
  readonly key: string | null;
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema?: { readonly example?: string | number; readonly default?: string | number };
  readonly example?: string | number;
}

interface Operation {
  readonly tags?: readonly string[];
  readonly parameters?: readonly Parameter[];
  readonly 'x-cached-as'?: string;
}

interface OpenApi {
  readonly paths: Readonly<Record<string, { readonly get?: Operation }>>;
}

const KEYS: readonly CacheKey[] = Object.values(cacheKeys);
/** They are about the service itself. */
const OTHER_TAGS = ['cache', 'health'];

/**
 * The reads that a service offers, learnt from its OpenAPI document, so that none is forgotten here.
 *
 * @throws StartupError when there is no such service.
 */
export async function learnOperations(url: string): Promise<readonly ReadOperation[]> {
  const document = await fetchDocument(url);
  return Object.entries(document.paths).flatMap(([name, { get }]) =>
    get && !get.tags?.some((tag) => OTHER_TAGS.includes(tag)) ? [toOperation(name, get)] : [],
  );
}

async function fetchDocument(url: string): Promise<OpenApi> {
  const answer = await fetch(`${url}/openapi.json`).catch((error: unknown) => {
    throw new StartupError(`no service answers at ${url}`, { cause: error });
  });
  if (!answer.ok) throw new StartupError(`${url}/openapi.json answers ${answer.status}`);
  return (await answer.json()) as OpenApi;
}

function toOperation(name: string, { parameters = [], 'x-cached-as': template }: Operation): ReadOperation {
  const inPath = parameters.filter((parameter) => parameter.in === 'path');
  const path = inPath.reduce(
    (text, parameter) => text.replace(`{${parameter.name}}`, encodeURIComponent(exampleOf(parameter))),
    name,
  );
  const values = Object.fromEntries(
    parameters.map((parameter) => [
      parameter.name,
      parameter.in === 'path' ? exampleOf(parameter) : String(parameter.schema?.default ?? ''),
    ]),
  );
  const key = KEYS.find((candidate) => candidate.template === template);
  return { name, path, key: key?.of(values) ?? null };
}

function exampleOf({ example, schema }: Parameter): string {
  return String(example ?? schema?.example ?? 1);
}
