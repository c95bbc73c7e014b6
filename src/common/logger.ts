import type { LoggerService } from '@nestjs/common';
import { Logger, pino } from 'pino';

/** Headers that may carry secrets, and members that are personal data or money's keys. */
const REDACTED = [
  'req.headers.authorization',
  'req.headers.cookie',
  'req.headers["idempotency-key"]',
  ...[
    'email',
    'id_number',
    'contact_number',
    'first_name',
    'last_name',
    'date_of_birth',
    'residential_address',
  ].flatMap((name) => [name, `*.${name}`]),
  'password',
  '*.password',
];

/** The structured log of the service: JSON lines on standard output. */
export function createLogger(level: string): Logger {
  return pino({
    level,
    redact: { paths: REDACTED, censor: '[redacted]' },
    serializers: {
      req: (request: { method: string; url: string }) => ({
        method: request.method,
        path: request.url.split('?')[0],
      }),
      err: (error: Error & { code?: string }) => ({
        type: error.name,
        message: withoutValues(error.message),
        code: error.code,
        stack: withoutValues(error.stack ?? ''),
      }),
    },
  });
}

/** A driver's message may quote the row that it refused, and a URL its password. */
function withoutValues(text: string): string {
  return text.replace(/=\([^)]*\)/g, '=([redacted])').replace(/\/\/[^/@\s]+@/g, '//[redacted]@');
}

/** Nest's own messages, in the same log. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, context?: string): void {
    this.logger.debug({ context }, String(message));
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
