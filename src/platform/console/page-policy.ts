/**
 * A page runs only what its own server serves, nothing that stands in the page itself, and turns no text into a script or a
 * page but in the one place of its framework. No other site may show it in a frame.
 */
const CONTENT_SECURITY_POLICY = [
  `default-src 'self'`,
  `base-uri 'none'`,
  `form-action 'none'`,
  `frame-ancestors 'none'`,
  `object-src 'none'`,
  `require-trusted-types-for 'script'`,
  `trusted-types svelte-trusted-html`,
].join('; ');

/** The headers of a page of the console. Its browser asks each time whether it is still the same. */
export const PAGE_HEADERS = {
  'cache-control': 'no-cache',
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
} as const;
