import { isIP, SocketAddress } from 'node:net';
import type { FastifyRequest } from 'fastify';

/**
 * Where a request comes from, as far as it can be told from others: an IPv4 address, or the first 64 bits of one of IPv6,
 * since whoever has one of those addresses has them all (RFC 6177). What a trusted proxy says counts if it is an address.
 */
export function networkOf(request: Pick<FastifyRequest, 'ip' | 'socket'>): string {
  const address = addressOf(request);
  return isIP(address) === 6 ? firstHalf(address) : address;
}

/** The address that a request comes from; that of the connection, if a trusted proxy says something else than an address. */
export function addressOf({ ip, socket }: Pick<FastifyRequest, 'ip' | 'socket'>): string {
  return plainAddress(isIP(ip) ? ip : (socket.remoteAddress ?? ''));
}

/** An IPv4 address may be written as one of IPv6, such as `::ffff:10.0.0.7` or `::ffff:a00:7` (RFC 4291, 2.5.5.2). */
export function plainAddress(address: string): string {
  if (!/^[0:]+:ffff:/i.test(address) || isIP(address) !== 6) return address;
  const { address: canonical } = new SocketAddress({ address, family: 'ipv6' });
  return canonical.replace(/^::ffff:(?=\d+\.)/i, '');
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
