import { spawn } from 'node:child_process';

/** Opens a page in the browser of whoever sits at this machine; where there is none, nothing happens. */
export function openBrowser(url: string): void {
  const command = commandFor(process.platform);
  if (!command) return;
  const [name, ...args] = command;
  const child = spawn(name, [...args, url], { stdio: 'ignore', detached: true });
  // It is not installed: the address stands in the terminal.
  child.on('error', () => undefined);
  child.unref();
}

function commandFor(platform: NodeJS.Platform): readonly [name: string, ...args: string[]] | null {
  if (platform === 'darwin') return ['open'];
  if (platform === 'win32') return ['explorer'];
  // A browser has no screen there, or refuses to run as root, as the lab does with --hosts.
  const hasScreen = process.env.DISPLAY !== undefined || process.env.WAYLAND_DISPLAY !== undefined;
  return hasScreen && process.getuid?.() !== 0 ? ['xdg-open'] : null;
}
