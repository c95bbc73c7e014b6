import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Browser, chromium } from 'playwright-core';
import { type DebianPackage, fetchDebianPackage } from './debian-package';

const run = promisify(execFile);

/** The first draws pages and has no windows, which takes less CPU. */
const COMMANDS = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome'];
/** The programs themselves: those in usr/bin are scripts that look for them at the root. Not every release has the first. */
const DEBIAN: readonly DebianPackage[] = ['chromium-headless-shell', 'chromium'].map((name) => ({
  name,
  packages: [name, 'chromium-common'],
  command: `usr/lib/chromium/${name}`,
}));

/** Starts a browser of this machine, or of the distribution's package, which is fetched without root. */
export async function startChromium(): Promise<Browser> {
  // Chromium has no sandbox for root, and the tests open only what this service serves. No page of it needs a GPU.
  const args = ['--disable-gpu', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])];
  const { command, env } = await findChromium();
  return chromium.launch({ executablePath: command, args, env });
}

async function findChromium(): Promise<{ command: string; env: Record<string, string | undefined> }> {
  for (const name of COMMANDS) {
    const command = await pathOf(name);
    if (command) return { command, env: process.env };
  }
  const refusals: string[] = [];
  for (const wanted of DEBIAN)
    try {
      const { command, libraryPath } = await fetchDebianPackage(wanted);
      return { command, env: { ...process.env, LD_LIBRARY_PATH: libraryPath } };
    } catch (error) {
      refusals.push(`${wanted.name}: ${String(error).trim().split('\n')[0] ?? ''}`);
    }
  throw new Error(
    `The tests of the console need Chromium: apt-get install chromium. Tried: ${COMMANDS.join(', ')} on the PATH, Debian's packages (${refusals.join('; ')})`,
  );
}

async function pathOf(name: string): Promise<string | null> {
  try {
    const { stdout } = await run('sh', ['-c', 'command -v "$1"', 'sh', name]);
    // One that is there may be a hint to install it from elsewhere.
    await run(stdout.trim(), ['--version']);
    return stdout.trim();
  } catch {
    return null;
  }
}
