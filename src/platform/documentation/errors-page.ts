import { STATUS_CODES } from 'node:http';
import { PROBLEM_CODES, PROBLEM_TYPES, type ProblemCode } from '../../common/http/problem/problem-types';

/** Where the `type` of a problem document leads: each code with its meaning, under its own anchor. */
export const errorsPage = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Travel Recharge – errors</title>
    <link rel="icon" href="/docs/favicon-32x32.png" />
    <style>
      body { font: 1rem/1.5 system-ui, sans-serif; max-width: 45rem; margin: 2rem auto; padding: 0 1rem }
      section:target { background: #fff3c4 }
    </style>
  </head>
  <body>
    <h1>Errors</h1>
    <p>Every refusal is a problem document (RFC 9457). Programs decide by its <code>code</code>, which never changes.
    Which operation answers which code, its <a href="/docs">description</a> says.</p>
${PROBLEM_CODES.map(sectionOf).join('\n')}
  </body>
</html>
`;

function sectionOf(code: ProblemCode): string {
  const { status, title, when, advice } = PROBLEM_TYPES[code];
  return `    <section id="${code}">
      <h2><code>${code}</code></h2>
      <p>${status} ${STATUS_CODES[status] ?? ''}. ${toHtml(title)}</p>
      <p><b>When:</b> ${toHtml(when)}</p>
      <p><b>What to do:</b> ${toHtml(advice)}</p>
    </section>`;
}

/** Names stand between backticks. */
function toHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/`([^`]*)`/g, '<code>$1</code>');
}
