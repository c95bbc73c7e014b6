// Parts of the service that a test builds by hand log through Nest's own logger: only what went wrong is worth a line here.
const { Logger } = require('@nestjs/common');

Logger.overrideLogger(['error', 'fatal']);
