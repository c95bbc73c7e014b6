import { readFileSync, writeFileSync } from 'node:fs';
import { STATUS_CODES } from 'node:http';
import { createRequire } from 'node:module';
import { describeService } from './describe-api.mjs';

/** Writes docs/errors.md from the source, or with --check says whether it is what the source says. */
const FILE = new URL('../docs/errors.md', import.meta.url);

const require = createRequire(import.meta.url);
const document = await describeService();
const { PROBLEM_TYPES } = require('../dist/common/http/problem/problem-types.js');

const operations = operationsByCode();
const allOperations = [...new Set([...operations.values()].flatMap((names) => [...names]))];
const page = `${[introduction(), overview(), ...Object.keys(PROBLEM_TYPES).map(describe)].join('\n\n')}\n`;

if (!process.argv.includes('--check')) writeFileSync(FILE, page);
else if (read() === page) console.log('docs/errors.md says what the source says.');
else {
  console.error('docs/errors.md does not say what the source says: run npm run docs:errors.');
  process.exitCode = 1;
}

function read() {
  try {
    return readFileSync(FILE, 'utf8');
  } catch {
    return '';
  }
}

/** `GET /cards/{card_id}` and so on, by the codes that the OpenAPI document gives them. */
function operationsByCode() {
  const byCode = new Map();
  for (const [path, item] of Object.entries(document.paths))
    for (const [method, { responses }] of Object.entries(item))
      for (const { content = {} } of Object.values(responses))
        for (const code of Object.keys(content['application/problem+json']?.examples ?? {}))
          byCode.set(code, (byCode.get(code) ?? new Set()).add(`${method.toUpperCase()} ${path}`));
  return byCode;
}

function introduction() {
  return `# Errors

<!-- npm run docs:errors writes this page from src/common/http/problem/types. -->

Every refusal is a problem document ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)) with the media type
\`application/problem+json\`. Programs decide by its \`code\`, which never changes; people read \`title\` and \`detail\`. Its
\`type\` leads to a page of the service, \`/docs/errors\`, that explains the code as this page does. A refusal with a 4xx
status changes nothing. After a 5xx, or when no response arrives, repeat the request with the same \`Idempotency-Key\`.
\`request_id\` names the request, and \`trace_id\` the trace that it belongs to (\`traceparent\`, W3C Trace Context); the log has both.`;
}

function overview() {
  const rows = Object.entries(PROBLEM_TYPES).map(
    ([code, { status, title }]) => `| ${status} | [\`${code}\`](#${code}) | ${title} |`,
  );
  return ['| status | code | title |', '| --- | --- | --- |', ...rows].join('\n');
}

function describe(code) {
  const { status, title, when, advice, retryAfter } = PROBLEM_TYPES[code];
  const retry = retryAfter ? ` \`Retry-After\` is ${retryAfter}.` : '';
  return `## ${code}

${status} ${STATUS_CODES[status]}: ${title}

- When: ${when}
- What to do: ${advice}${retry}
- Operations: ${operationsOf(code)}`;
}

function operationsOf(code) {
  const names = operations.get(code);
  if (!names) return 'any request, before its operation is known or begins.';
  const others = allOperations.filter((name) => !names.has(name));
  if (others.length === 0) return 'all.';
  return others.length < names.size ? `all but ${listed(others)}.` : `${listed([...names])}.`;
}

function listed(names) {
  return names.map((name) => `\`${name}\``).join(', ');
}
