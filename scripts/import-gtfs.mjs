import { buildIfNeeded } from './build.mjs';

await buildIfNeeded();
await import('../dist/gtfs/import-main.js');
