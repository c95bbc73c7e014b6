import { applyDecorators, Header } from '@nestjs/common';

/**
 * What a page of ours may load, and who may show it: from here, and nobody in a frame. Both pages make style sheets while
 * they run; ReDoc searches in a worker that it makes, too, and shows pictures that are written in their address.
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
    Header('x-frame-options', 'DENY'),
    Header('referrer-policy', 'no-referrer'),
  );
}

/** What a page loads; it changes with a release only. */
export function PageFile(contentType: string): MethodDecorator {
  return applyDecorators(
    Header('content-type', contentType),
    Header('cache-control', 'public, max-age=86400'),
  );
}
