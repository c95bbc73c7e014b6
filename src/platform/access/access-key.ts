import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const PREFIX = 'trk_';
const ID_LENGTH = 8;
/** 256 bits in base 62. */
const SECRET_LENGTH = 43;
/** 32 bits in base 62. */
const CHECKSUM_LENGTH = 6;
const ID_END = PREFIX.length + ID_LENGTH;
const CHECKED_LENGTH = ID_END + 1 + SECRET_LENGTH;
const KEY_LENGTH = CHECKED_LENGTH + CHECKSUM_LENGTH;
const KEY = new RegExp(
  `^${PREFIX}[0-9A-Za-z]{${ID_LENGTH}}_[0-9A-Za-z]{${SECRET_LENGTH + CHECKSUM_LENGTH}}$`,
);

/** How a key looks, for documents and refusals. */
export const KEY_PATTERN = KEY.source;

/** A new key. Its text is shown once. Only its id and the digest of the text are stored. */
export interface NewAccessKey {
  readonly text: string;
  readonly id: string;
  /** SHA-256 of the text. A random secret of 256 bits does not need a slow digest. */
  readonly digest: Buffer;
}

/** Draws a key: `trk_`, a public id, `_`, 256 random bits, and a checksum, so that scanners can recognise it offline. */
export function newAccessKey(): NewAccessKey {
  const id = base62(randomBytes(ID_LENGTH), ID_LENGTH);
  const checked = `${PREFIX}${id}_${base62(randomBytes(32), SECRET_LENGTH)}`;
  return describe(checked + checksumOf(checked));
}

/** Parses a key from outside. It returns null if the text is not a key. */
export function parseAccessKey(text: string): NewAccessKey | null {
  return isAccessKey(text) ? describe(text) : null;
}

/** Whether a text has the form and the checksum of a key. It needs no query. */
export function isAccessKey(text: string): boolean {
  return KEY.test(text) && text.slice(CHECKED_LENGTH) === checksumOf(text.slice(0, CHECKED_LENGTH));
}

/** Returns the public id in a text that has the form of a key, or null. */
export function idOfAccessKey(text: string): string | null {
  return text.length === KEY_LENGTH && text.startsWith(PREFIX) ? text.slice(PREFIX.length, ID_END) : null;
}

/** Whether this is the digest of the text. A wrong text takes the same time as the right one. */
export function hasDigest(text: string, digest: Buffer): boolean {
  return timingSafeEqual(digestOf(text), digest);
}

function describe(text: string): NewAccessKey {
  return { text, id: text.slice(PREFIX.length, ID_END), digest: digestOf(text) };
}

/** Goes through a string, because that takes Node.js half the time, and every request with a key waits for it. */
function digestOf(text: string): Buffer {
  return Buffer.from(hash('sha256', text, 'binary'), 'latin1');
}

function checksumOf(text: string): string {
  return inBase62(BigInt(crc32(text)), CHECKSUM_LENGTH);
}

/** The last digits of random bytes as a number: evenly distributed as long as there are more bits than digits need. */
function base62(bytes: Buffer, length: number): string {
  return inBase62(BigInt(`0x${bytes.toString('hex')}`), length);
}

function inBase62(value: bigint, length: number): string {
  let rest = value;
  let text = '';
  for (let place = 0; place < length; place += 1) {
    text = `${DIGITS[Number(rest % 62n)] ?? ''}${text}`;
    rest /= 62n;
  }
  return text;
}
