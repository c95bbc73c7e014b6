import { readFileSync, readdirSync } from 'node:fs';
import { StartupError } from '../../../src/common/program/startup-error';

/** Of the kernel's clock, which counts them so on every platform that Node.js runs on. */
const TICKS_PER_SECOND = 100;

/**
 * CPU seconds that a process and everything below it has used so far, the ended included: the workers of a cluster, the
 * backends of PostgreSQL.
 */
export function cpuSeconds(pid: number): number {
  const { ticks } = read(pid);
  return ticks / TICKS_PER_SECOND + childrenOf(pid).reduce((sum, child) => sum + cpuOfChild(child), 0);
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

/** proc_pid_stat(5): the parent is field 4; user, system and those of children that ended are fields 14 to 17. */
function read(pid: number): { parent: number; ticks: number } {
  if (process.platform !== 'linux') throw new StartupError('CPU times are read from /proc: Linux only');
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return { parent: Number(fields[1]), ticks };
}
