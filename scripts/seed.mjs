import { buildIfNeeded } from './build.mjs';

buildIfNeeded();
await import('../dist/seed/main.js');
