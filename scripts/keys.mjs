import { buildIfNeeded } from './build.mjs';

await buildIfNeeded();
await import('../dist/programs/keys/main.js');
