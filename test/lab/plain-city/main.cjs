/** A process of the plain city: the lab starts it, and ends it. */
require('../../setup/register-typescript.cjs');
require('./serve.ts');
