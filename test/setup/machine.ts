/** Where a server runs: the address on which it listens, and the command that puts it there. */
export interface Machine {
  readonly host: string;
  /** Such as `ip netns exec NAME`; empty for this machine. */
  readonly prefix: readonly string[];
}
