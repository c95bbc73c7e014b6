import { readFileSync, writeFileSync } from 'node:fs';
import { format } from 'prettier';
import { describeService } from './describe-api.mjs';

/** Writes the types of the console's requests and responses from the OpenAPI document, or with --check compares them. */
const FILE = new URL('../console/src/api/schema.ts', import.meta.url);

/** Types of what is no JSON: lines of it, CSV, events. */
const TEXT = 'string';

const { paths, components } = await describeService();

function page() {
  const schemas = Object.entries(components.schemas).map(
    ([name, schema]) => `export type ${name} = ${typeOf(schema)};`,
  );
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(
      ([method, operation]) => `'${method.toUpperCase()} ${path}': ${describe(operation)};`,
    ),
  );
  return `// npm run console:types writes this file from the OpenAPI document.

${schemas.join('\n\n')}

/** What each operation takes and answers. */
export interface Operations {
${operations.join('\n')}
}
`;
}

function describe({ parameters = [], requestBody, responses }) {
  const members = {
    path: membersOf(parameters, 'path'),
    query: membersOf(parameters, 'query'),
    body: requestBody ? contentOf(requestBody) : 'undefined',
    response: responseOf(responses),
  };
  return `{ ${Object.entries(members)
    .map(([name, type]) => `${name}: ${type};`)
    .join(' ')} }`;
}

function membersOf(parameters, place) {
  const members = parameters
    .filter((parameter) => parameter.in === place)
    .map(({ name, required, schema }) => `${name}${required ? '' : '?'}: ${typeOf(schema)};`);
  return members.length > 0 ? `{ ${members.join(' ')} }` : 'undefined';
}

function responseOf(responses) {
  const types = Object.entries(responses)
    .filter(([status]) => status.startsWith('2'))
    .map(([, response]) => (response.content ? contentOf(response) : 'null'));
  return [...new Set(types)].join(' | ') || 'null';
}

function contentOf({ content }) {
  const json = content['application/json'];
  return json ? typeOf(json.schema) : TEXT;
}

function typeOf(schema) {
  if (!schema) return 'unknown';
  const { $ref, type, allOf, anyOf, oneOf, nullable } = schema;
  if ($ref) return $ref.split('/').at(-1);
  if (allOf) return allOf.map(typeOf).join(' & ');
  if (anyOf ?? oneOf) return (anyOf ?? oneOf).map(typeOf).join(' | ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum)
    return schema.enum
      .map((value) => JSON.stringify(value))
      .sort()
      .join(' | ');
  if (Array.isArray(type)) return type.map((one) => typeOf({ ...schema, type: one })).join(' | ');
  return nullable ? `${plainTypeOf(schema)} | null` : plainTypeOf(schema);
}

function plainTypeOf({ type, items, properties, required = [], additionalProperties }) {
  switch (type) {
    case 'integer':
    case 'number':
      return 'number';
    case 'string':
      return 'string';
    case 'boolean':
      return 'boolean';
    case 'null':
      return 'null';
    case 'array':
      return `(${typeOf(items)})[]`;
    case 'object':
      return objectOf(properties ?? {}, required, additionalProperties);
    default:
      return properties ? objectOf(properties, required, additionalProperties) : 'unknown';
  }
}

function objectOf(properties, required, additional) {
  const members = Object.entries(properties).map(
    ([name, schema]) => `${JSON.stringify(name)}${required.includes(name) ? '' : '?'}: ${typeOf(schema)};`,
  );
  if (members.length > 0) return `{ ${members.join(' ')} }`;
  return typeof additional === 'object' ? `Record<string, ${typeOf(additional)}>` : 'Record<string, unknown>';
}

const right = await format(page(), {
  parser: 'typescript',
  singleQuote: true,
  printWidth: 110,
  trailingComma: 'all',
});
if (!process.argv.includes('--check')) writeFileSync(FILE, right);
else if (readFileSync(FILE, 'utf8') === right)
  console.log('console/src/api/schema.ts says what the API says.');
else {
  console.error('console/src/api/schema.ts does not say what the API says: run npm run console:types.');
  process.exitCode = 1;
}
