import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import GithubSlugger from 'github-slugger';
import { marked } from 'marked';

const root = process.argv[2] ?? dirname(dirname(fileURLToPath(import.meta.url)));
const files = listFiles();
const places = new Set(files.flatMap(withFolders));
const documents = new Map(
  files.filter((file) => file.endsWith('.md')).map((file) => [file, readDocument(file)]),
);
const complaints = [...documents].flatMap(([file, { links }]) =>
  links.flatMap((link) => complainAbout(file, link)),
);
complaints.forEach((complaint) => console.error(complaint));
console.log(
  complaints.length === 0
    ? `All relative links of ${documents.size} documents lead somewhere.`
    : `${complaints.length} broken links.`,
);
process.exitCode = complaints.length === 0 ? 0 : 1;

/** What a clone has: a file that Git ignores is not there. Without Git, what the folder has. */
function listFiles() {
  try {
    const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
    const output = execFileSync('git', args, {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return output.split('\0').filter(Boolean);
  } catch {
    return readdirSync(root, { recursive: true })
      .map((file) => file.split(sep).join('/'))
      .filter((file) => !/(^|\/)node_modules\//.test(file));
  }
}

function withFolders(file) {
  const parts = file.split('/');
  return ['', ...parts.map((_, index) => parts.slice(0, index + 1).join('/'))];
}

/** Its links and images, and the anchors of its headings, as GitHub names them. */
function readDocument(file) {
  const links = [];
  const anchors = new Set();
  const slugger = new GithubSlugger();
  marked.walkTokens(marked.lexer(readFileSync(join(root, file), 'utf8')), (token) => {
    if (token.type === 'heading') anchors.add(slugger.slug(textOf(token)));
    if (token.type === 'link' || token.type === 'image') links.push(token.href);
    if (token.type !== 'html') return;
    for (const [, link] of token.raw.matchAll(/\b(?:href|src)="([^"]*)"/g)) links.push(link);
    for (const [, anchor] of token.raw.matchAll(/\b(?:id|name)="([^"]*)"/g)) anchors.add(anchor);
  });
  return { links, anchors };
}

function textOf({ tokens, text = '' }) {
  return tokens ? tokens.map(textOf).join('') : text;
}

function complainAbout(file, link) {
  if (/^(?:[a-z][a-z\d+.-]*:|\/\/)/i.test(link)) return [];
  const [path = '', anchor] = decodeURI(link).split('#');
  const target = path === '' ? file : resolve(file, path);
  if (!places.has(target)) return [`${file}: ${link} is no file of the repository`];
  const named = documents.get(target);
  return anchor === undefined || !named || named.anchors.has(anchor)
    ? []
    : [`${file}: ${link} names no heading of ${target}`];
}

function resolve(file, path) {
  const from = path.startsWith('/') ? '.' : posix.dirname(file);
  return posix.join(from, path.replace(/\?.*$/, '')).replace(/^\.$|\/$/g, '');
}
