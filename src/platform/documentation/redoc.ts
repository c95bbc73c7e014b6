import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** ReDoc over our own document; its script is served from here, so that it works without the internet. */
export const redocPage = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Travel Recharge – API reference</title>
    <link rel="icon" href="/docs/favicon-32x32.png" />
    <style>body { margin: 0; padding: 0 }</style>
  </head>
  <body>
    <redoc spec-url="/openapi.json" disable-google-font="true"></redoc>
    <script src="/redoc/redoc.standalone.js"></script>
  </body>
</html>
`;

/** ReDoc shows a picture from there, and none when it cannot be loaded. */
const LOGO = 'https://cdn.redoc.ly/redoc/logo-mini.svg';

let script: string | undefined;

export function redocScript(): string {
  // The build copies it there.
  script ??= readFileSync(join(__dirname, 'redoc.standalone.js'), 'utf8').replaceAll(LOGO, 'data:,');
  return script;
}
