import { buildIfNeeded } from './build.mjs';

await buildIfNeeded();
await import('../dist/ledger/verify/main.js');
