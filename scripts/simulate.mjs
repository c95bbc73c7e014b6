import { buildIfNeeded } from './build.mjs';

buildIfNeeded();
await import('../dist/simulation/main.js');
