import { readFileSync, readdirSync } from 'node:fs';
import { StartupError } from '../../../src/common/program/startup-error';

/** Of the kernel's clock, which counts them so on every platform that Node.js runs on. */
const TICKS_PER_SECOND = 100;

/**
 * CPU seconds that a process and everything below it has used so far, the ended included: the workers of a cluster, the
 * backends of PostgreSQL.
 */
export function cpuSeconds(pid: number): number {
  const { ownTicks, endedTicks } = read(pid);
  const own = threadSeconds(pid) ?? ownTicks / TICKS_PER_SECOND;
  return (
    own + endedTicks / TICKS_PER_SECOND + childrenOf(pid).reduce((sum, child) => sum + cpuOfChild(child), 0)
  );
}

/** What the threads of a process have used, to the nanosecond; null where the kernel does not count it so. */
function threadSeconds(pid: number): number | null {
  try {
    return readdirSync(`/proc/${pid}/task`).reduce(
      (sum, thread) =>
        sum + Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e9,
      0,
    );
  } catch {
    return null;
  }
}

/** The memory of a process that is resident, in bytes. */
export function residentBytes(pid: number): number {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kibibytes) * 1_024;
}

/** The processes that a process has started, and that still run. */
export function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
}

/** The process that started this one. */
export function parentOf(pid: number): number {
  return read(pid).parent;
}

/** One that has just ended is counted by its parent. */
function cpuOfChild(pid: number): number {
  try {
    return cpuSeconds(pid);
  } catch {
    return 0;
  }
}

/** proc_pid_stat(5): field 4 is the parent, 14 and 15 are user and system, 16 and 17 those of children that ended. */
function read(pid: number): Readonly<Record<'parent' | 'ownTicks' | 'endedTicks', number>> {
  if (process.platform !== 'linux') throw new StartupError('CPU times are read from /proc: Linux only');
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const sum = (first: number): number => (fields[first] ?? 0) + (fields[first + 1] ?? 0);
  return { parent: fields[1] ?? 0, ownTicks: sum(11), endedTicks: sum(13) };
}
