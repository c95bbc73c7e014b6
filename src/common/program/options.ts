import { randomInt } from 'node:crypto';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { StartupError } from './startup-error';

const LARGEST_SEED = 2 ** 31;

/**
 * Parses the options of a program.
 *
 * @throws StartupError that names the first unknown option.
 */
export function parseOptions<Config extends ParseArgsConfig>(
  config: Config,
): ReturnType<typeof parseArgs<Config>> {
  try {
    return parseArgs(config);
  } catch (error) {
    const [line] = String(error instanceof Error ? error.message : error).split(/\. |\n/);
    throw new StartupError(`${line} (see --help)`);
  }
}

/**
 * Whether a program that takes no options was called with `--help`.
 *
 * @throws StartupError for any other option.
 */
export function isHelpAsked(args: readonly string[]): boolean {
  const { help = false } = parseOptions({ args: [...args], options: { help: { type: 'boolean' } } }).values;
  return help;
}

/** @throws StartupError unless the text is a whole number between two bounds. The bounds are allowed. */
export function wholeNumberOption(
  name: string,
  text: string | undefined,
  least: number,
  most: number,
): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
  if (value >= least && value <= most) return value;
  throw new StartupError(`--${name} must be a whole number from ${least} to ${most} (see --help)`);
}

/** @throws StartupError unless the text is a number from 0 to 1. */
export function shareOption(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^(0(\.\d{1,6})?|1(\.0{1,6})?)$/.test(text)) return Number(text);
  throw new StartupError(`--${name} must be a number from 0 to 1, such as 0.3 (see --help)`);
}

/**
 * Parses `--url`, the address of a service, without a slash at its end.
 *
 * @throws StartupError
 */
export function urlOption(text = 'http://127.0.0.1:8000'): string {
  if (!URL.canParse(text)) throw new StartupError(`--url must be a URL, not ${text} (see --help)`);
  return text.replace(/\/+$/, '');
}

/**
 * Parses `--seed`. If it is not given, a random seed is drawn.
 *
 * @throws StartupError
 */
export function seedOption(text: string | undefined): number {
  return wholeNumberOption('seed', text, 0, LARGEST_SEED - 1) ?? randomInt(LARGEST_SEED);
}
