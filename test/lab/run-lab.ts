import { once } from 'node:events';
import { runHeadless } from './headless';
import { Lab } from './lab';
import { LabApi } from './local-api/serve-api';
import { openBrowser } from './open-browser';
import { HELP, type LabOptions, parseLabOptions } from './options';
import { runScript } from './script';
import { summary } from './terminal/dashboard';
import { Screen } from './terminal/screen';
import { WORDS } from './terminal/words';
import { bootWorld } from './world/boot-world';
import { makeMachines, THIS_MACHINE } from './world/machines';
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
  return options.experiments.length > 0
    ? withWorld(options, signal, (world) => runHeadless(world, options, print, signal))
    : stayOpen(options, signal);
}

/** Serves the pages and the API, and shows the lab in the terminal, until it is ended; or as long as the script takes. */
async function stayOpen(options: LabOptions, signal: AbortSignal): Promise<number> {
  const { language, port, script, seed } = options;
  const api = await LabApi.open(port);
  try {
    return await withWorld(options, signal, async (world) => {
      const lab = new Lab(world, seed, signal);
      try {
        api.serve(lab);
        world.startTraffic();
        print(`${WORDS.ready[language]} ${api.url}\n${WORDS.api[language]} ${api.url}/lab`);
        if (script !== null) await runScript(lab, script, language, print, signal);
        else await untilQuit(lab, api.url, options, signal);
        return 0;
      } finally {
        lab.close();
      }
    });
  } finally {
    await api.close();
  }
}

async function withWorld<Result>(
  { hosts, processes, rate: readsPerSecond, seed, cache, language }: LabOptions,
  signal: AbortSignal,
  work: (world: World) => Promise<Result>,
): Promise<Result> {
  const machines = hosts ? await makeMachines() : THIS_MACHINE;
  const world = await bootWorld({ machines, processes, readsPerSecond, seed, cache }, warn, signal);
  try {
    return await work(world);
  } finally {
    warn(WORDS.ending[language]);
    await world.stop();
  }
}

async function untilQuit(
  lab: Lab,
  url: string,
  { language, open }: LabOptions,
  signal: AbortSignal,
): Promise<void> {
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
  if (open) openBrowser(url);
  const quitting = new AbortController();
  const screen = new Screen(lab, url, language, print, () => quitting.abort());
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
