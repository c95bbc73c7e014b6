import { totalmem } from 'node:os';

const MIB = 2 ** 20;
/** The first is PostgreSQL's default. More than the second helps little. */
const [LEAST, MOST] = [128 * MIB, 2_048 * MIB];

/**
 * Returns the setting `shared_buffers`, the memory in which the server keeps pages: an eighth of the memory. PostgreSQL's manual
 * (19.4.1) recommends a quarter for a machine that runs only PostgreSQL, but here the service runs on it too. The memory is
 * used when pages are read, not at the start.
 *
 * @param memory how many bytes the machine has, or the container if it has less.
 */
export function sharedBuffers(memory = availableMemory()): string {
  return `${Math.floor(Math.min(MOST, Math.max(LEAST, memory / 8)) / MIB)}MB`;
}

/** If there is no limit of a container, Node.js reports 0 or a number larger than the memory of any machine. */
function availableMemory(): number {
  return Math.min(totalmem(), process.constrainedMemory() || Infinity);
}
