import { buildIfNeeded } from './build.mjs';

await buildIfNeeded();
await import('../dist/seed/main.js');
