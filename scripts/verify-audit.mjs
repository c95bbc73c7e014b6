import { buildIfNeeded } from './build.mjs';

await buildIfNeeded();
await import('../dist/programs/verify-audit/main.js');
