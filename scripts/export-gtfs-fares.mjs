import { buildIfNeeded } from './build.mjs';

buildIfNeeded();
await import('../dist/gtfs/export-main.js');
