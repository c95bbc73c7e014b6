import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from './journal.mjs';

/** A copy of a list of the service, `hotlist` or `actions`. It is kept on the disk, so that a device without a network has it too. */
export class ListCopy {
  constructor(folder, name, keyOf) {
    this.file = join(folder, `${name}.json`);
    this.path = `/${name}`;
    this.keyOf = keyOf;
    const saved = existsSync(this.file) ? JSON.parse(readFileSync(this.file, 'utf8')) : null;
    this.version = saved?.version ?? null;
    this.members = new Map((saved?.members ?? []).map((member) => [keyOf(member), member]));
  }

  /** Fetches what has changed; or the whole list, if the copy would then be another list than the one of the service. */
  async update(get) {
    const changes = this.version === null ? null : await get(`${this.path}?since=${this.version}`);
    if (changes && this.apply(changes)) return;
    if (!this.apply(await get(this.path))) throw new Error(`the checksum of ${this.path} is wrong`);
  }

  /** Returns whether the checksum is right; if not, the copy stays as it was. */
  apply({ version, full, add, remove, checksum }) {
    const members = new Map(full ? [] : this.members);
    for (const key of remove) members.delete(String(key));
    for (const member of add) members.set(this.keyOf(member), member);
    if (checksumOf(members.keys()) !== checksum) return false;
    if (version !== this.version)
      replaceFile(this.file, JSON.stringify({ version, members: [...members.values()] }));
    this.version = version;
    this.members = members;
    return true;
  }
}

/** The sum, modulo 2^64, of the first 8 bytes of the SHA-256 of each key, in 16 hexadecimal digits. */
function checksumOf(keys) {
  let sum = 0n;
  for (const key of keys) sum += createHash('sha256').update(key).digest().readBigUInt64BE();
  return BigInt.asUintN(64, sum).toString(16).padStart(16, '0');
}
