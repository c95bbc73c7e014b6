import { buildIfNeeded } from './build.mjs';

await buildIfNeeded();
await import('../dist/fares/verify/main.js');
