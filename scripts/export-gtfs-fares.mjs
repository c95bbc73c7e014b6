import { buildIfNeeded } from './build.mjs';

await buildIfNeeded();
await import('../dist/programs/gtfs/export-main.js');
