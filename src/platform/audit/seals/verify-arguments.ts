import { parseOptions } from '../../../common/program/options';

/** The options of the programs that prove a chain. */
export interface VerifyArguments {
  readonly help: boolean;
  readonly full: boolean;
  readonly heads: readonly string[];
}

/** @throws StartupError that names an unknown option. */
export function parseVerifyArguments(args: readonly string[]): VerifyArguments {
  const {
    help = false,
    full = false,
    head = [],
  } = parseOptions({
    args: [...args],
    options: {
      help: { type: 'boolean' },
      full: { type: 'boolean' },
      head: { type: 'string', multiple: true },
    },
  }).values;
  return { help, full, heads: head };
}
