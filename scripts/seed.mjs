import { buildIfNeeded } from './build.mjs';

await buildIfNeeded();
await import('../dist/programs/seed/main.js');
