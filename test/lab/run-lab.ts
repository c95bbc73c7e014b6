import { once } from 'node:events';
import { runHeadless } from './headless';
import { Lab } from './lab';
import { LabApi } from './local-api/serve-api';
import { HELP, type LabOptions, parseLabOptions } from './options';
import { runScript } from './script';
import { summary } from './terminal/dashboard';
import { Screen } from './terminal/screen';
import { WORDS } from './terminal/words';
import { bootWorld } from './world/boot-world';
import { type Machines, THIS_MACHINE } from './world/machines';
import { makeNamespaces } from './world/network-namespaces';
import type { World } from './world/world';

const BETWEEN_SUMMARIES_MS = 5_000;

/**
 * The lab as a whole.
 *
 * @param signal ends it; everything that it started is stopped.
 * @returns its exit code.
 */
export async function runLab(args: readonly string[], signal: AbortSignal): Promise<number> {
  const options = parseLabOptions(args, process.env.LANG);
  if (options.help) {
    print(HELP);
    return 0;
  }
  const machines: Machines = options.hosts ? await makeNamespaces() : THIS_MACHINE;
  const { processes, rate: readsPerSecond, seed, cache } = options;
  const world = await bootWorld({ machines, processes, readsPerSecond, seed, cache }, warn, signal);
  try {
    if (options.experiments.length > 0) return await runHeadless(world, options, print, signal);
    return await stayOpen(world, options, signal);
  } finally {
    warn(WORDS.ending[options.language]);
    await world.stop();
  }
}

/** Serves the API, and shows the lab in the terminal, until it is ended; or as long as the script takes. */
async function stayOpen(world: World, options: LabOptions, signal: AbortSignal): Promise<number> {
  const { language, port, script, seed } = options;
  const lab = new Lab(world, seed, signal);
  const api = await LabApi.open(lab, port);
  try {
    world.startTraffic();
    print(`${WORDS.ready[language]} ${api.url}`);
    if (script !== null) await runScript(lab, script, language, print, signal);
    else await untilQuit(lab, options, signal);
    return 0;
  } finally {
    lab.close();
    await api.close();
  }
}

async function untilQuit(lab: Lab, { language }: LabOptions, signal: AbortSignal): Promise<void> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    const timer = setInterval(() => print(summary(lab.state, language)), BETWEEN_SUMMARIES_MS);
    lab.on('offence', ({ city, offence }) => {
      // The plain city has too many of them.
      if (city === 'ours') print(JSON.stringify(offence));
    });
    await ended(signal);
    clearInterval(timer);
    return;
  }
  const quitting = new AbortController();
  const screen = new Screen(lab, language, print, () => quitting.abort());
  screen.open(process.stdin);
  try {
    await Promise.race([ended(signal), ended(quitting.signal)]);
  } finally {
    screen.close();
  }
}

async function ended(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}

function print(text: string): void {
  console.log(text);
}

function warn(text: string): void {
  console.error(text);
}
