import { readFileSync } from 'node:fs';

/** The page of Swagger UI. All of its files are served from here, so it works without the internet. */
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

/** The script that starts Swagger UI. It is a file of its own because the page's policy allows no inline script. */
export const swaggerUiStart = `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  // All operations at once took a browser ten seconds to draw.
  docExpansion: 'none',
  displayRequestDuration: true,
  tryItOutEnabled: true,
  presets: [SwaggerUIBundle.presets.apis],
  // Otherwise Swagger UI would send the document to a validator on the internet.
  validatorUrl: null,
});
`;

const files = new Map<string, Buffer>();

/** Reads a file of swagger-ui-dist once. Only the files that the page loads have a route. */
export function swaggerUiFile(name: string): Buffer {
  const file = files.get(name) ?? readFileSync(require.resolve(`swagger-ui-dist/${name}`));
  files.set(name, file);
  return file;
}
