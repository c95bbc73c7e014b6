import { readFileSync, readlinkSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { errnoOf } from './errno';

/** Whether a process with this pid exists. It may belong to another user. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errnoOf(error) === 'EPERM';
  }
}

/**
 * Whether this pid is the PostgreSQL server of this data folder, and not a later process that was given the
 * same number.
 */
export function isServerOf(dataFolder: string, pid: number): boolean {
  if (!isAlive(pid)) return false;
  const [program, ...args] = commandLineOf(pid);
  if (!program?.endsWith('/postgres')) return false;
  return args.includes(dataFolder) || workingFolderOf(pid) === dataFolder;
}

function commandLineOf(pid: number): string[] {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' }).split(' ');
  } catch {
    return [];
  }
}

/** The result is right even after the folder was renamed. It is null for root in a container without CAP_SYS_PTRACE. */
function workingFolderOf(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return null;
  }
}
