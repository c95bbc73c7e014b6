import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The page of ReDoc. Its script is served from here, so it works without the internet. */
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

/** ReDoc would load its logo from this address. It is replaced, so that the page loads nothing from elsewhere. */
const LOGO = 'https://cdn.redoc.ly/redoc/logo-mini.svg';

let script: string | undefined;

export function redocScript(): string {
  // The build copies the script next to this file.
  script ??= readFileSync(join(__dirname, 'redoc.standalone.js'), 'utf8').replaceAll(LOGO, 'data:,');
  return script;
}
