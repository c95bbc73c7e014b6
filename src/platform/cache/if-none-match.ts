/** What the ETag of a compressed response ends with: its bytes are others (RFC 9110, 8.8.3.3). */
export const GZIP_MARK = '-gzip';

/** Whether the caller already has the response with this ETag (RFC 9110, 13.1.2, by weak comparison). */
export function matchesEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  return ifNoneMatch.split(',').some((tag) => isTag(tag.trim(), etag));
}

/** The tag of a compressed response is that of the same content. */
function isTag(tag: string, etag: string): boolean {
  return tag.replace(/^W\//, '').replace(`${GZIP_MARK}"`, '"') === etag;
}
