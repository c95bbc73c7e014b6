import { buildIfNeeded } from './build.mjs';

await buildIfNeeded();
await import('../dist/programs/latency/main.js');
