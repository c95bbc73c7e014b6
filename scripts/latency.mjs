import { buildIfNeeded } from './build.mjs';

await buildIfNeeded();
await import('../dist/latency/main.js');
