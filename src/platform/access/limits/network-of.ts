import { isIP } from 'node:net';

/**
 * Where a request comes from, as far as it can be told from others: an IPv4 address, or the first 64 bits of one of IPv6,
 * since whoever has one of those addresses has them all (RFC 6177). It is empty for all who have no address any more.
 */
export function networkOf(address: string | null): string {
  if (address === null) return '';
  return isIP(address) === 6 ? firstHalf(address) : address;
}

function firstHalf(address: string): string {
  const [head = '', tail] = address.replace(/%.*$/, '').split('::');
  const groups = (part = ''): string[] => (part ? part.split(':') : []);
  const [before, after] = [groups(head), groups(tail)];
  // The last 32 bits may be written as those of IPv4 are.
  const written = before.length + after.length + (address.includes('.') ? 1 : 0);
  const all = [...before, ...Array<string>(Math.max(8 - written, 0)).fill('0'), ...after];
  const half = all.slice(0, 4).map((group) => parseInt(group, 16).toString(16));
  return `${half.join(':')}::/64`;
}
