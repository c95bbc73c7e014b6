import { randomInt } from 'node:crypto';
import { parseOptions, wholeNumberOption } from '../../src/common/program/options';
import { StartupError } from '../../src/common/program/startup-error';
import { EXPERIMENTS } from './experiments/experiments';
import { type Language, LANGUAGES } from './experiments/text';

/** What the lab is to do. */
export interface LabOptions {
  readonly help: boolean;
  /** The experiments to be done without a screen; empty: the lab stays open. */
  readonly experiments: readonly string[];
  /** Each experiment is done again until so many seconds are over. */
  readonly seconds: number;
  readonly json: boolean;
  /** A file of commands that are carried out one after the other. */
  readonly script: string | null;
  readonly language: Language;
  /** Of each city. */
  readonly processes: number;
  /** Reads a second of each city. */
  readonly rate: number;
  /** Of the lab's own API; 0: a free one. */
  readonly port: number;
  readonly seed: number;
  readonly hosts: boolean;
  /** Whether a browser is opened, where there is one. */
  readonly open: boolean;
  readonly cache: 'protocol' | 'naive';
}

export const HELP = `Two cities beside each other on this machine, Travel Recharge and one on the plain pattern, for teaching and learning.

npm run lab -- [options]
  --experiment NAME   does an experiment without a screen, or several (a,b), or all; exit code 1 if our city broke a
                      promise, or if the plain pattern did not break where it must
  --seconds N         does it again until so many seconds are over (default: once)
  --json              prints what was seen as JSON
  --script FILE       carries out commands, one a line; \`help\` lists them
  --lang en|es        the language of experiments and screen (default: that of LANG)
  --processes N       of each city, 2 to 5 (default 3)
  --rate N            reads a second of each city, 1 to 2000 (default 120)
  --port N            of the lab's pages and API on the loopback interface (default 8010; 0: any that is free)
  --no-open           opens no browser
  --seed N            of what is random
  --hosts             Linux, as root: API, Redis and PostgreSQL in network namespaces of their own, at 192.168.100.10, .20
                      and .30
  --cache naive       our city on the plain pattern too, to see that the lab finds what it breaks
  --help              shows this text

Experiments: ${EXPERIMENTS.map(({ name }) => name).join(', ')}
`;

/** @throws StartupError that says what is wrong with the command line. */
export function parseLabOptions(args: readonly string[], systemLanguage = ''): LabOptions {
  const { values } = parseOptions({
    args: [...args],
    options: {
      help: { type: 'boolean', default: false },
      experiment: { type: 'string' },
      seconds: { type: 'string' },
      json: { type: 'boolean', default: false },
      script: { type: 'string' },
      lang: { type: 'string' },
      processes: { type: 'string' },
      rate: { type: 'string' },
      port: { type: 'string' },
      seed: { type: 'string' },
      hosts: { type: 'boolean', default: false },
      'no-open': { type: 'boolean', default: false },
      cache: { type: 'string', default: 'protocol' },
    },
  });
  const { help, json, hosts, script = null, cache } = values;
  if (cache !== 'protocol' && cache !== 'naive')
    throw new StartupError('--cache must be protocol or naive (see --help)');
  return {
    help,
    json,
    hosts,
    open: !values['no-open'],
    script,
    cache,
    experiments: experimentsIn(values.experiment),
    seconds: wholeNumberOption('seconds', values.seconds, 0, 86_400) ?? 0,
    language: languageOf(values.lang, systemLanguage),
    processes: wholeNumberOption('processes', values.processes, 2, 5) ?? 3,
    rate: wholeNumberOption('rate', values.rate, 1, 2_000) ?? 120,
    port: wholeNumberOption('port', values.port, 0, 65_535) ?? 8_010,
    seed: wholeNumberOption('seed', values.seed, 0, 2 ** 31) ?? randomInt(2 ** 31),
  };
}

function experimentsIn(list: string | undefined): readonly string[] {
  const names = EXPERIMENTS.map(({ name }) => name);
  if (list === undefined) return [];
  if (list === 'all') return names;
  const asked = list.split(',');
  const unknown = asked.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new StartupError(`--experiment must be all, or some of ${names.join(', ')}, not ${unknown}`);
  return asked;
}

function languageOf(asked: string | undefined, system: string): Language {
  if (asked === undefined) return system.startsWith('es') ? 'es' : 'en';
  const language = LANGUAGES.find((known) => known === asked);
  if (!language) throw new StartupError(`--lang must be ${LANGUAGES.join(' or ')} (see --help)`);
  return language;
}
