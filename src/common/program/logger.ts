import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino';

/** Members that contain personal data or secrets. */
const PRIVATE = [
  'email',
  'id_number',
  'contact_number',
  'first_name',
  'last_name',
  'gender',
  'date_of_birth',
  'residential_address',
  'city_of_birth',
  'rider_category',
  'password',
];
/** Names under which a log line may contain a whole object. A wildcard would search every member of every line. */
const OBJECTS = ['user', 'rider', 'card', 'body', 'payload', 'answer', 'data'];

const REDACTED = [
  'req.headers.authorization',
  'req.headers.cookie',
  'req.headers["idempotency-key"]',
  ...PRIVATE,
  ...OBJECTS.flatMap((object) => PRIVATE.map((name) => `${object}.${name}`)),
];

interface LoggedRequest {
  readonly method: string;
  readonly routeOptions?: { readonly url?: string };
}

/** The structured log of the service: JSON lines, on standard output if nothing else is said. */
export function createLogger(level: string, destination: DestinationStream = pino.destination(1)): Logger {
  const options: LoggerOptions = {
    level,
    redact: { paths: REDACTED, censor: '[redacted]' },
    serializers: {
      // Only of a fault of Fastify; a caller may put anything into a path.
      req: ({ method, routeOptions }: LoggedRequest) => ({ method, route: routeOptions?.url }),
      // An error that is logged without a message is logged with its own message.
      msg: withoutValues,
      err: (error: Error & { code?: string }) => ({
        type: error.name,
        message: withoutValues(error.message),
        code: error.code,
        stack: withoutValues(error.stack ?? ''),
      }),
    },
  };
  return pino(options, destination);
}

/** In every text that has a value. Most texts have none, and one test is cheaper than four replacements. */
const SIGN_OF_VALUE = /=\(|"|\/\//;

/** Removes values, because a driver's message may contain the refused row, and a URL may contain a password. */
function withoutValues(text: string): string {
  if (!SIGN_OF_VALUE.test(text)) return text;
  return (
    text
      .replace(/=\(.*\)/g, '=([redacted])')
      .replace(/((?:invalid|out of range|malformed)[^":]*: )".*"/g, '$1"[redacted]"')
      .replace(/".*" is not valid JSON/g, '"[redacted]" is not valid JSON')
      // Fastify quotes the target of a request that is answered twice.
      .replace(/(did you forget [^"]*"[^"]*"[^"]*)".*" \(/g, '$1"[redacted]" (')
      .replace(/\/\/[^/@\s]+@/g, '//[redacted]@')
  );
}

/** Nest's own messages, in the same log. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  /** An object comes from our code and is logged as `info`. A text comes from Nest and is logged as `debug`. */
  log(message: unknown, context?: string): void {
    if (typeof message === 'object' && message !== null) this.logger.info({ context, ...message });
    else this.logger.debug({ context }, String(message));
  }

  warn(message: unknown, context?: string): void {
    this.logger.warn({ context }, String(message));
  }

  error(message: unknown, ...[stack, context]: (string | undefined)[]): void {
    this.logger.error({ context, stack }, String(message));
  }

  debug(message: unknown, context?: string): void {
    this.logger.debug({ context }, String(message));
  }

  verbose(message: unknown, context?: string): void {
    this.logger.trace({ context }, String(message));
  }

  fatal(message: unknown, context?: string): void {
    this.logger.fatal({ context }, String(message));
  }
}
