import { buildIfNeeded } from './build.mjs';

buildIfNeeded();
await import('../dist/gtfs/import-main.js');
