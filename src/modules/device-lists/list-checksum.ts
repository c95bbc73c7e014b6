import { hash } from 'node:crypto';

const BITS = 64;

/**
 * A checksum of a list: the sum, modulo 2^64, of a number for each member: the first 8 bytes, most significant first, of the SHA-256
 * of its text. So a device adds who comes, subtracts who leaves, and need not sort.
 */
export function sumOf(members: Iterable<string>): bigint {
  let sum = 0n;
  for (const member of members) sum += hash('sha256', member, 'buffer').readBigUInt64BE();
  return BigInt.asUintN(BITS, sum);
}

/** The checksum after some members came and some left. */
export function sumAfter(before: bigint, add: Iterable<string>, remove: Iterable<string>): bigint {
  return BigInt.asUintN(BITS, before + sumOf(add) - sumOf(remove));
}

/** As callers see it: 16 hexadecimal digits. */
export function checksumText(sum: bigint): string {
  return sum.toString(16).padStart(BITS / 4, '0');
}
