import { buildIfNeeded } from './build.mjs';

buildIfNeeded();
await import('../dist/import/main.js');
