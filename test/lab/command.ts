import type { Text } from './experiments/text';
import { type ServerName, SERVERS } from './world/link';
import type { CityProcess } from './world/city-process';
import type { World } from './world/world';

/** A command that cannot be carried out, for whoever gave it. */
export class CommandError extends Error {}

/** Something that can be done to the world: as a line of a script, as a request to the lab's API, or by a key. */
export interface Command {
  readonly name: string;
  /** Its forms, for people and for pages. */
  readonly usages: readonly string[];
  readonly text: Text;
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
    run: async (world, [who, to, what, amount]) => {
      const server = serverOf(to);
      for (const { links } of processesOf(world, who)) {
        const link = links[server];
        switch (what) {
          case 'open':
            await link.open();
            break;
          case 'cut':
            await link.cut();
            break;
          case 'silent':
            link.silence();
            break;
          case 'delay':
            link.delayBy(numberOf(amount, MOST_DELAY_MS));
            break;
          case 'loss':
            link.loseShare(numberOf(amount, 100));
            break;
          default:
            throw new CommandError('a link can be open, cut, silent, delay MILLISECONDS or loss PERCENT');
        }
      }
    },
  },
  {
    name: 'process',
    usages: ['process PROCESS pause|resume|kill|start'],
    text: {
      en: 'Stops a process (SIGSTOP), lets it go on (SIGCONT), kills it (SIGKILL), or starts it again.',
      es: 'Detiene un proceso (SIGSTOP), lo deja seguir (SIGCONT), lo mata (SIGKILL) o lo arranca otra vez.',
    },
    run: async (world, [who, what]) => {
      const done = processesOf(world, who).map((process) => doTo(process, what));
      await Promise.all(done);
    },
  },
  {
    name: 'redis',
    usages: ['redis restart-empty|save-dump|restart-old|flush|full|free'],
    text: {
      en: 'Restarts Redis empty, keeps a dump, restarts it with that old dump, empties it (FLUSHALL), or makes it full and free again.',
      es: 'Reinicia Redis vacío, guarda una copia, lo reinicia con esa copia vieja, lo vacía (FLUSHALL), o lo llena y lo libera.',
    },
    run: (world, [what]) => doToRedis(world, what),
  },
  {
    name: 'postgres',
    usages: ['postgres restart|pause|resume'],
    text: {
      en: 'Ends PostgreSQL as a crash does and waits until it is back, or pauses all its processes.',
      es: 'Termina PostgreSQL como una caída y espera a que vuelva, o pausa todos sus procesos.',
    },
    run: async ({ postgres }, [what]) => {
      switch (what) {
        case 'restart':
          return postgres.restart();
        case 'pause':
          return postgres.pause();
        case 'resume':
          return postgres.resume();
        default:
          throw new CommandError('postgres can restart, pause or resume');
      }
    },
  },
  {
    name: 'traffic',
    usages: ['traffic on|off'],
    text: { en: 'Readers and writers of both cities.', es: 'Lectores y escritores de las dos ciudades.' },
    run: async (world, [what]) => {
      if (what === 'on') return world.startTraffic();
      if (what === 'off') return world.stopTraffic();
      throw new CommandError('traffic can be on or off');
    },
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

async function doToRedis(world: World, what: string | undefined): Promise<unknown> {
  const { redis } = world;
  switch (what) {
    case 'restart-empty':
      await redis.restart();
      return world.fillRedis(false);
    case 'save-dump':
      await redis.saveDump();
      return (world.hasDump = true);
    case 'restart-old':
      if (!world.hasDump) throw new CommandError('there is no dump yet: redis save-dump');
      await redis.restartFromDump();
      return world.fillRedis(false);
    case 'flush':
      return redis.command('FLUSHALL');
    case 'full':
      return world.fillRedis(true);
    case 'free':
      return world.fillRedis(false);
    default:
      throw new CommandError('redis can restart-empty, save-dump, restart-old, flush, full or free');
  }
}

function doTo(process: CityProcess, what: string | undefined): Promise<void> | void {
  switch (what) {
    case 'pause':
      return process.pause();
    case 'resume':
      return process.resume();
    case 'kill':
      return process.kill();
    case 'start':
      return process.start();
    default:
      throw new CommandError('a process can pause, resume, kill or start');
  }
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
