import { buildIfNeeded } from './build.mjs';

buildIfNeeded();
await import('../dist/latency/main.js');
