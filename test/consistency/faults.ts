import type { Dice } from '../../src/common/dice';
import { connect } from '../builders/connect';
import type { PostgresPair } from '../setup/postgres-pair';
import type { RedisServer } from '../setup/redis-server';
import type { TcpProxy } from '../setup/tcp-proxy';
import type { Member, Trouble } from './member';

/** What can go wrong. */
export interface Surroundings {
  readonly members: readonly Member[];
  readonly redis: RedisServer;
  readonly databaseUrl: string;
  /** The servers of the database, where faults hit them. */
  readonly pair: PostgresPair | null;
}

/** A fault at hand: what it hits, how it begins and how it is undone. */
export interface Fault {
  /** Two faults never hit the same at a time. */
  readonly target: string;
  readonly begin: () => unknown;
  readonly heal: () => unknown;
}

export interface FaultKind {
  /** Milliseconds, at least and at most. */
  readonly lasts: readonly [least: number, most: number];
  /** Whether the cache is out of use for seconds after it, as when an instance could not reach Redis. */
  readonly isOutage: boolean;
  readonly aim: (surroundings: Surroundings, dice: Dice) => Fault;
}

const DELAY_MS = 500;
const POSTGRES = 'PostgreSQL';

/** Every fault that the checker can bring about. */
export const FAULTS = {
  /** kill -9 of a process, started again on its port. */
  'process-kill': {
    lasts: [0, 500],
    isOutage: false,
    aim: onMember('killed', {
      begin: (member) => member.kill(),
      heal: (member) => member.run(),
    }),
  },
  'process-pause': {
    lasts: [300, 4_000],
    isOutage: false,
    aim: onMember('paused', {
      begin: (member) => member.signal('SIGSTOP'),
      heal: (member) => member.signal('SIGCONT'),
    }),
  },
  /** PostgreSQL ends some of its connections, in the middle of whatever they do. */
  'database-cut': { lasts: [0, 0], isOutage: false, aim: cutDatabase },
  /** kill -9 of the primary: its synchronous standby takes its place, and it comes back as the standby. */
  'database-promotion': {
    lasts: [0, 500],
    isOutage: true,
    aim: onPair('without database', {
      begin: (pair) => pair.failOver(),
      heal: (pair) => pair.rejoin(),
    }),
  },
  /** The only synchronous standby is away: commits wait for it. */
  'standby-loss': {
    lasts: [100, 1_500],
    isOutage: true,
    aim: onPair('without standby', {
      begin: (pair) => pair.standby.stop(),
      heal: (pair) => pair.standby.start(),
    }),
  },
  'redis-cut': { lasts: [100, 1_500], isOutage: true, aim: onConnection(cut) },
  'redis-cut-all': { lasts: [100, 1_500], isOutage: true, aim: onConnections(cut) },
  'redis-silence': { lasts: [100, 1_500], isOutage: true, aim: onConnection(silence) },
  'redis-silence-all': { lasts: [100, 1_500], isOutage: true, aim: onConnections(silence) },
  'redis-delay': { lasts: [500, 1_500], isOutage: true, aim: onConnection(delay) },
  'redis-delay-all': { lasts: [500, 1_500], isOutage: true, aim: onConnections(delay) },
  'redis-restart-empty': {
    lasts: [0, 1_000],
    isOutage: true,
    aim: onRedis({ begin: (redis) => redis.kill(), heal: (redis) => redis.start() }),
  },
  'redis-restart-old': {
    lasts: [1_500, 3_000],
    isOutage: true,
    aim: onRedis({ begin: (redis) => redis.saveDump(), heal: (redis) => redis.restartFromDump() }),
  },
  'redis-pause': {
    lasts: [300, 2_000],
    isOutage: true,
    aim: onRedis({ begin: (redis) => redis.signal('SIGSTOP'), heal: (redis) => redis.signal('SIGCONT') }),
  },
  'redis-full': {
    lasts: [500, 1_500],
    isOutage: true,
    aim: onRedis({
      begin: (redis) => redis.command('CONFIG', 'SET', 'maxmemory', '1'),
      heal: (redis) => redis.command('CONFIG', 'SET', 'maxmemory', '0'),
    }),
  },
  'redis-flush': {
    lasts: [0, 0],
    isOutage: false,
    aim: onRedis({ begin: (redis) => redis.command('FLUSHALL'), heal: () => undefined }),
  },
  'redis-script-flush': {
    lasts: [0, 0],
    isOutage: false,
    aim: onRedis({ begin: (redis) => redis.command('SCRIPT', 'FLUSH'), heal: () => undefined }),
  },
} as const satisfies Readonly<Record<string, FaultKind>>;

export type FaultName = keyof typeof FAULTS;
export const FAULT_NAMES = Object.keys(FAULTS) as FaultName[];

/** Those that need a standby of the database. */
export const NEED_STANDBY: readonly FaultName[] = ['database-promotion', 'standby-loss'];

interface Steps<Target> {
  readonly begin: (target: Target) => unknown;
  readonly heal: (target: Target) => unknown;
}

function onMember(trouble: 'killed' | 'paused', { begin, heal }: Steps<Member>): FaultKind['aim'] {
  return ({ members }, dice) => {
    const member = dice.pick(members);
    return {
      target: member.name,
      begin: () => {
        member.begin(trouble);
        return begin(member);
      },
      heal: async () => {
        await heal(member);
        member.end(trouble);
      },
    };
  };
}

function cutDatabase({ members, databaseUrl }: Surroundings): Fault {
  return {
    target: POSTGRES,
    begin: async () => {
      for (const member of members) member.begin('without database');
      const client = await connect(databaseUrl);
      await client.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid() AND random() < 0.5`,
      );
      await client.end();
    },
    heal: () => {
      for (const member of members) member.end('without database');
    },
  };
}

function onPair(trouble: Trouble, { begin, heal }: Steps<PostgresPair>): FaultKind['aim'] {
  return ({ members, pair }) => {
    if (!pair) throw new Error('there is no standby');
    return {
      target: POSTGRES,
      begin: () => {
        for (const member of members) member.begin(trouble);
        return begin(pair);
      },
      heal: async () => {
        await heal(pair);
        for (const member of members) member.end(trouble);
      },
    };
  };
}

function onConnection(steps: () => Steps<TcpProxy>): FaultKind['aim'] {
  return ({ members }, dice) => onProxies([dice.pick(members)], steps());
}

function onConnections(steps: () => Steps<TcpProxy>): FaultKind['aim'] {
  return ({ members }) => onProxies(members, steps());
}

function onProxies(members: readonly Member[], { begin, heal }: Steps<TcpProxy>): Fault {
  return {
    target: `connections of ${members.map(({ name }) => name).join(', ')}`,
    begin: async () => {
      for (const { redis } of members) await begin(redis);
    },
    heal: async () => {
      for (const { redis } of members) await heal(redis);
    },
  };
}

function onRedis({ begin, heal }: Steps<RedisServer>): FaultKind['aim'] {
  return ({ redis }) => ({ target: 'Redis', begin: () => begin(redis), heal: () => heal(redis) });
}

function cut(): Steps<TcpProxy> {
  return { begin: (proxy) => proxy.cut(), heal: (proxy) => proxy.open() };
}

function silence(): Steps<TcpProxy> {
  return { begin: (proxy) => proxy.silence(), heal: (proxy) => proxy.resume() };
}

function delay(): Steps<TcpProxy> {
  return { begin: (proxy) => proxy.delayBy(DELAY_MS), heal: (proxy) => proxy.delayBy(0) };
}
