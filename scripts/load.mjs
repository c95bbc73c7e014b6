import { buildIfNeeded } from './build.mjs';

await buildIfNeeded();
await import('../dist/load/main.js');
