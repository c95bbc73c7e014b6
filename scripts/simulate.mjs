import { buildIfNeeded } from './build.mjs';

await buildIfNeeded();
await import('../dist/simulation/main.js');
