import { buildIfNeeded } from './build.mjs';

buildIfNeeded();
await import('../dist/fares/verify/main.js');
