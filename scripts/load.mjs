import { buildIfNeeded } from './build.mjs';

buildIfNeeded();
await import('../dist/load/main.js');
