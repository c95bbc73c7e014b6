import { readFileSync } from 'node:fs';

/** ReDoc over our own document; its script is served from here, so that it works without the internet. */
export const redocPage = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Travel Recharge – API reference</title>
    <style>body { margin: 0; padding: 0 }</style>
  </head>
  <body>
    <redoc spec-url="/openapi.json" disable-google-font="true"></redoc>
    <script src="/redoc/redoc.standalone.js"></script>
  </body>
</html>
`;

let script: string | undefined;

export function redocScript(): string {
  script ??= readFileSync(require.resolve('redoc/bundles/redoc.standalone.js'), 'utf8');
  return script;
}
