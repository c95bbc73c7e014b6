import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { marked } from 'marked';

/** Folders of files that are to be copied to machines, and the document that quotes them. */
const QUOTED = {
  'docker/hosts': 'DEPLOYMENT.md',
  'docker/high-availability': 'docs/high-availability.md',
};

const root = process.argv[2] ?? dirname(dirname(fileURLToPath(import.meta.url)));
const results = Object.entries(QUOTED).map(([folder, document]) => check(folder, document));
const complaints = results.flatMap(({ wrong }) => wrong);
complaints.forEach((complaint) => console.error(complaint));
console.log(
  complaints.length === 0
    ? `${results.reduce((sum, { quotes }) => sum + quotes, 0)} files are quoted as they are.`
    : `${complaints.length} wrong quotes.`,
);
process.exitCode = complaints.length === 0 ? 0 : 1;

function check(folder, document) {
  const tokens = marked.lexer(readFileSync(join(root, document), 'utf8'));
  const pathOf = (href) => posix.join(posix.dirname(document), href);
  const linked = new Set();
  marked.walkTokens(tokens, ({ type, href }) => type === 'link' && linked.add(pathOf(href)));
  const quotes = tokens.flatMap((token, index) => {
    const path = quotedBy(token, tokens.slice(0, index), pathOf);
    return path?.startsWith(`${folder}/`) ? [{ path, text: token.text }] : [];
  });
  const different = quotes
    .filter(differs)
    .map(({ path }) => `the text below ${path} is not that of the file`);
  const unnamed = listFiles(folder).filter((path) => !linked.has(path));
  return {
    quotes: quotes.length,
    wrong: [...different, ...unnamed.map((path) => `${path} is not named`)].map(
      (text) => `${document}: ${text}`,
    ),
  };
}

/** A block of code quotes the file that the paragraph before it names last, if the paragraph ends with a colon. */
function quotedBy({ type }, before, pathOf) {
  const paragraph = before.findLast((token) => token.type !== 'space');
  if (type !== 'code' || paragraph?.type !== 'paragraph' || !paragraph.text.endsWith(':')) return undefined;
  const link = paragraph.tokens.findLast((token) => token.type === 'link');
  return link && pathOf(link.href);
}

function differs({ path, text }) {
  const file = join(root, path);
  return !existsSync(file) || readFileSync(file, 'utf8').trimEnd() !== text;
}

function listFiles(folder) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(root, join(parentPath, name)).split(sep).join('/'));
}
