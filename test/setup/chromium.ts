import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Browser, chromium } from 'playwright-core';
import { fetchDebianPackage } from './debian-package';

const run = promisify(execFile);

const COMMANDS = ['chromium', 'chromium-browser', 'google-chrome'];
/** The program itself: the one in usr/bin is a script that looks for it at the root. */
const DEBIAN = {
  name: 'chromium',
  packages: ['chromium', 'chromium-common'],
  command: 'usr/lib/chromium/chromium',
};

/** Starts a browser of this machine, or of the distribution's package, which is fetched without root. */
export async function startChromium(): Promise<Browser> {
  // Chromium has no sandbox for root, and the tests open only what this service serves.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const { command, env } = await findChromium();
  return chromium.launch({ executablePath: command, args, env });
}

async function findChromium(): Promise<{ command: string; env: Record<string, string | undefined> }> {
  for (const name of COMMANDS) {
    const command = await pathOf(name);
    if (command) return { command, env: process.env };
  }
  try {
    const { command, libraryPath } = await fetchDebianPackage(DEBIAN);
    return { command, env: { ...process.env, LD_LIBRARY_PATH: libraryPath } };
  } catch (error) {
    const reason = String(error).trim().split('\n')[0] ?? '';
    throw new Error(
      `The tests of the console need Chromium: apt-get install chromium. Tried: ${COMMANDS.join(', ')} on the PATH, Debian's package (${reason})`,
      { cause: error },
    );
  }
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
