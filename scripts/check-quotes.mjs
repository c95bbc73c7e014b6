import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { marked } from 'marked';

/** The files of the three machines, which DEPLOYMENT.md quotes. */
const FOLDER = 'docker/hosts';
const GUIDE = 'DEPLOYMENT.md';

const root = process.argv[2] ?? dirname(dirname(fileURLToPath(import.meta.url)));
const tokens = marked.lexer(readFileSync(join(root, GUIDE), 'utf8'));
const linked = new Set();
marked.walkTokens(tokens, ({ type, href }) => type === 'link' && linked.add(href));
const quotes = tokens.flatMap(quoteAt);
const complaints = [
  ...quotes.filter(differs).map((file) => `${GUIDE}: the text below ${file.path} is not that of the file`),
  ...listFiles()
    .filter((path) => !linked.has(path))
    .map((path) => `${GUIDE}: ${path} is not named`),
];
complaints.forEach((complaint) => console.error(complaint));
console.log(
  complaints.length === 0
    ? `${GUIDE} quotes ${quotes.length} files of ${FOLDER} as they are.`
    : `${complaints.length} wrong quotes.`,
);
process.exitCode = complaints.length === 0 ? 0 : 1;

/** A block of code quotes the file that the paragraph before it names last, if the paragraph ends with a colon. */
function quoteAt({ type, text }, index) {
  const before = tokens.slice(0, index).findLast((token) => token.type !== 'space');
  if (type !== 'code' || before?.type !== 'paragraph' || !before.text.endsWith(':')) return [];
  const path = before.tokens
    .filter((token) => token.type === 'link' && token.href.startsWith(`${FOLDER}/`))
    .at(-1)?.href;
  return path === undefined ? [] : [{ path, text }];
}

function differs({ path, text }) {
  const file = join(root, path);
  return !existsSync(file) || readFileSync(file, 'utf8').trimEnd() !== text;
}

function listFiles() {
  return readdirSync(join(root, FOLDER), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) =>
      join(parentPath, name)
        .slice(root.length + 1)
        .split(sep)
        .join('/'),
    );
}
