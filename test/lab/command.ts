import { type CommandText, type ServerName, SERVERS } from './shapes';
import type { CityProcess } from './world/city-process';
import type { World } from './world/world';

/** A command that cannot be carried out, for whoever gave it. */
export class CommandError extends Error {}

/** Something that can be done to the world: as a line of a script, as a request to the lab's API, or by a key. */
export interface Command extends CommandText {
  /** @throws CommandError for arguments that it does not know. */
  readonly run: (world: World, args: readonly string[]) => unknown;
}

const MOST_DELAY_MS = 10_000;

/** What may be done to both cities. Each is undone by `heal`. */
export const WORLD_COMMANDS: readonly Command[] = [
  {
    name: 'link',
    usages: [
      'link PROCESS redis|postgres open|cut|silent',
      'link PROCESS redis|postgres delay MILLISECONDS',
      'link PROCESS redis|postgres loss PERCENT',
    ],
    text: {
      en: 'Cuts, silences, delays (each way) or makes lossy the way of a process to a server. PROCESS: api-1, plain-2 …, or ours, plain, all.',
      es: 'Corta, silencia, retarda (en cada sentido) o hace perder el camino de un proceso a un servidor. PROCESS: api-1, plain-2 …, u ours, plain, all.',
    },
    run: changeLinks,
  },
  {
    name: 'process',
    usages: ['process PROCESS pause|resume|kill|start'],
    text: {
      en: 'Stops a process (SIGSTOP), lets it go on (SIGCONT), kills it (SIGKILL), or starts it again.',
      es: 'Detiene un proceso (SIGSTOP), lo deja seguir (SIGCONT), lo mata (SIGKILL) o lo arranca otra vez.',
    },
    run: changeProcesses,
  },
  {
    name: 'redis',
    usages: ['redis restart-empty|save-dump|restart-old|flush|full|free'],
    text: {
      en: 'Restarts Redis empty, keeps a dump, restarts it with that old dump, empties it (FLUSHALL), or makes it full and free again.',
      es: 'Reinicia Redis vacío, guarda una copia, lo reinicia con esa copia vieja, lo vacía (FLUSHALL), o lo llena y lo libera.',
    },
    run: changeRedis,
  },
  {
    name: 'postgres',
    usages: ['postgres restart|pause|resume'],
    text: {
      en: 'Ends PostgreSQL as a crash does and waits until it is back, or pauses all its processes.',
      es: 'Termina PostgreSQL como una caída y espera a que vuelva, o pausa todos sus procesos.',
    },
    run: changePostgres,
  },
  {
    name: 'traffic',
    usages: ['traffic on|off'],
    text: { en: 'Readers and writers of both cities.', es: 'Lectores y escritores de las dos ciudades.' },
    run: changeTraffic,
  },
  {
    name: 'heal',
    usages: ['heal'],
    text: {
      en: 'Undoes every fault: links open, processes running, Redis free, PostgreSQL going.',
      es: 'Deshace todas las fallas: enlaces abiertos, procesos en marcha, Redis libre, PostgreSQL andando.',
    },
    run: (world) => world.heal(),
  },
  {
    name: 'zero',
    usages: ['zero'],
    text: { en: 'Sets all counters to zero.', es: 'Pone todos los contadores en cero.' },
    run: (world) => world.resetFigures(),
  },
];

async function changeLinks(world: World, [who, to, what, amount]: readonly string[]): Promise<void> {
  const server = serverOf(to);
  for (const { links } of processesOf(world, who)) {
    const link = links[server];
    await choose(what, {
      open: () => link.open(),
      cut: () => link.cut(),
      silent: () => link.silence(),
      delay: () => link.delayBy(numberOf(amount, MOST_DELAY_MS)),
      loss: () => link.loseShare(numberOf(amount, 100)),
    });
  }
}

async function changeProcesses(world: World, [who, what]: readonly string[]): Promise<void> {
  const changes = processesOf(world, who).map((process) =>
    choose(what, {
      pause: () => process.pause(),
      resume: () => process.resume(),
      kill: () => process.kill(),
      start: () => process.start(),
    }),
  );
  await Promise.all(changes);
}

async function changeRedis(world: World, [what]: readonly string[]): Promise<void> {
  const { redis } = world;
  await choose(what, {
    'restart-empty': async () => {
      await redis.restart();
      await world.fillRedis(false);
    },
    'save-dump': async () => {
      await redis.saveDump();
      world.hasDump = true;
    },
    'restart-old': async () => {
      if (!world.hasDump) throw new CommandError('there is no dump yet: redis save-dump');
      await redis.restartFromDump();
      await world.fillRedis(false);
    },
    flush: () => redis.command('FLUSHALL'),
    full: () => world.fillRedis(true),
    free: () => world.fillRedis(false),
  });
}

async function changePostgres({ postgres }: World, [what]: readonly string[]): Promise<void> {
  await choose(what, {
    restart: () => postgres.restart(),
    pause: () => postgres.pause(),
    resume: () => postgres.resume(),
  });
}

async function changeTraffic(world: World, [what]: readonly string[]): Promise<void> {
  await choose(what, { on: () => world.startTraffic(), off: () => world.stopTraffic() });
}

/** Does one of several things, by its name. */
async function choose(
  what: string | undefined,
  actions: Readonly<Record<string, () => unknown>>,
): Promise<void> {
  const action = what !== undefined && Object.hasOwn(actions, what) ? actions[what] : undefined;
  if (!action) throw new CommandError(`${what ?? 'nothing'} is none of ${Object.keys(actions).join(', ')}`);
  await action();
}

function processesOf({ ours, plain, processes }: World, who: string | undefined): readonly CityProcess[] {
  if (who === 'all') return processes;
  if (who === 'ours') return ours.processes;
  if (who === 'plain') return plain.processes;
  const found = processes.filter(({ name }) => name === who);
  if (found.length > 0) return found;
  const known = ['all', 'ours', 'plain', ...processes.map(({ name }) => name)];
  throw new CommandError(`there is no process ${who ?? '(none named)'}: ${known.join(', ')}`);
}

function serverOf(name: string | undefined): ServerName {
  const server = SERVERS.find((known) => known === name);
  if (!server) throw new CommandError(`a link leads to ${SERVERS.join(' or ')}`);
  return server;
}

function numberOf(text: string | undefined, most: number): number {
  if (text === undefined || !/^\d{1,5}$/.test(text) || Number(text) > most)
    throw new CommandError(`a whole number from 0 to ${most} is needed`);
  return Number(text);
}
