import { createRequire } from 'node:module';
import { buildLab } from './build-console.mjs';
import { buildIfNeeded } from './build.mjs';

await buildIfNeeded();
// An experiment without a screen has no pages.
if (!process.argv.some((arg) => arg.startsWith('--experiment'))) buildLab();
const require = createRequire(import.meta.url);
require('../test/setup/register-typescript.cjs');
require('../test/lab/main.ts');
