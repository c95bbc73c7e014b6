import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
require('../test/setup/register-typescript.cjs');
require('../test/benchmark/main.ts');
