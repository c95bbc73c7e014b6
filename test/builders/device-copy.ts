import { hash } from 'node:crypto';

interface Changes {
  readonly version: number;
  readonly full: boolean;
  readonly add: readonly string[];
  readonly remove: readonly string[];
  readonly checksum: string;
}

/** A copy of a list, kept as a validator keeps it: it knows nothing but the answers. */
export class DeviceCopy {
  version: number | null = null;
  private members = new Set<string>();

  /** @throws Error when the list then has another checksum than the answer says. */
  apply({ version, full, add, remove, checksum }: Changes): void {
    if (full) this.members = new Set();
    for (const member of remove) this.members.delete(member);
    for (const member of add) this.members.add(member);
    this.version = version;
    if (this.checksum() !== checksum)
      throw new Error(`version ${version} has ${checksum}, the copy ${this.checksum()}`);
  }

  get sorted(): readonly string[] {
    return [...this.members].sort();
  }

  /** As the document describes it. */
  private checksum(): string {
    let sum = 0n;
    for (const member of this.members) {
      const digest = hash('sha256', member, 'hex');
      sum = (sum + BigInt(`0x${digest.slice(0, 16)}`)) % 2n ** 64n;
    }
    return sum.toString(16).padStart(16, '0');
  }
}
