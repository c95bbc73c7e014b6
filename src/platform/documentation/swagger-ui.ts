import { readFileSync } from 'node:fs';

/** Swagger UI over our own document; all of it is served from here, so that it works without the internet. */
export const swaggerUiPage = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Travel Recharge</title>
    <link rel="icon" href="/docs/favicon-32x32.png" />
    <link rel="stylesheet" href="/docs/swagger-ui.css" />
    <style>body { margin: 0; background: #fafafa }</style>
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`;

/** Its own file, since the page allows no script in itself. */
export const swaggerUiStart = `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  presets: [SwaggerUIBundle.presets.apis],
  // Swagger UI would have a page on the internet look at the document.
  validatorUrl: null,
});
`;

const files = new Map<string, Buffer>();

/** A file of swagger-ui-dist, read once. Of that package only what the page loads is served. */
export function swaggerUiFile(name: string): Buffer {
  const file = files.get(name) ?? readFileSync(require.resolve(`swagger-ui-dist/${name}`));
  files.set(name, file);
  return file;
}
