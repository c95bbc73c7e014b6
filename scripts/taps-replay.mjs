import { createRequire } from 'node:module';
import { buildIfNeeded } from './build.mjs';

await buildIfNeeded();
const require = createRequire(import.meta.url);
require('../test/setup/register-typescript.cjs');
require('../test/taps-replay/main.ts');
