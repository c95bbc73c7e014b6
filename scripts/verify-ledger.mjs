import { buildIfNeeded } from './build.mjs';

buildIfNeeded();
await import('../dist/ledger/verify/main.js');
