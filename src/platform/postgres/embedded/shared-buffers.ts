import { totalmem } from 'node:os';

const MIB = 2 ** 20;
/** PostgreSQL's own default, and where more of it brings little. */
const [LEAST, MOST] = [128 * MIB, 2_048 * MIB];

/**
 * How much memory the server keeps pages in, as its setting `shared_buffers`: an eighth of what there is. PostgreSQL's
 * manual (19.4.1) names a quarter for a machine of its own; this one is shared with the service. It is taken as pages
 * are read, not at start.
 *
 * @param memory bytes; that of the machine, or of the container where that has less.
 */
export function sharedBuffers(memory = availableMemory()): string {
  return `${Math.floor(Math.min(MOST, Math.max(LEAST, memory / 8)) / MIB)}MB`;
}

/** Without a limit of a container Node.js says 0, or more than any machine has. */
function availableMemory(): number {
  return Math.min(totalmem(), process.constrainedMemory() || Infinity);
}
