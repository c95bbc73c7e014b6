import { spawn } from 'node:child_process';
import { Socket } from 'node:net';

/** Calls the reaper off: everything was stopped in order. */
export type CallOff = () => void;

/**
 * Runs a shell script as soon as this process is gone, however it went: an aborted test run leaves no servers and
 * no folders behind. The script sees `args` as $1, $2 …
 */
export function reapAfterExit(script: string, ...args: string[]): CallOff {
  // The pipe is closed by the kernel when this process dies; its own group lets Ctrl-C pass it by.
  const reaper = spawn('/bin/sh', ['-c', `cat >/dev/null; ${script}`, 'sh', ...args], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  reaper.unref();
  if (reaper.stdin instanceof Socket) reaper.stdin.unref();
  return () => void reaper.kill();
}
