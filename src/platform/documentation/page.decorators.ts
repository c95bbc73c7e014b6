import { applyDecorators, Header } from '@nestjs/common';

/**
 * A page may load only what this service serves, and no other site may show it in a frame. Both pages create style sheets
 * while they run. ReDoc also creates a worker for its search, and shows images from data URLs.
 */
const CONTENT_SECURITY_POLICY = [
  `default-src 'none'`,
  `script-src 'self'`,
  `style-src 'self' 'unsafe-inline'`,
  `img-src 'self' data:`,
  `connect-src 'self'`,
  `worker-src blob:`,
  `base-uri 'none'`,
  `form-action 'none'`,
  `frame-ancestors 'none'`,
].join('; ');

/** An HTML page. */
export function Page(): MethodDecorator {
  return applyDecorators(
    Header('content-type', 'text/html; charset=utf-8'),
    Header('content-security-policy', CONTENT_SECURITY_POLICY),
    Header('cross-origin-opener-policy', 'same-origin'),
    Header('permissions-policy', 'camera=(), geolocation=(), microphone=()'),
  );
}

/** A file that a page loads. It changes only with a release, so browsers may keep it for a day. */
export function PageFile(contentType: string): MethodDecorator {
  return applyDecorators(
    Header('content-type', contentType),
    Header('cache-control', 'public, max-age=86400'),
  );
}
