/**
 * What every answer says to browsers (OWASP, REST Security Cheat Sheet): it is not to be kept, shown in a frame, taken for
 * another kind of content, or read by another site. A page or a cached answer says less where it can. Strict-Transport-Security
 * is left to the proxy that has the certificate, since it must not be sent without TLS (RFC 6797, 7.2).
 */
export const SECURITY_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;
