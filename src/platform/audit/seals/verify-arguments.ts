import { parseOptions } from '../../../common/program/options';

/** What the programs that prove a chain are told. */
export interface VerifyArguments {
  readonly help: boolean;
  readonly full: boolean;
  readonly heads: readonly string[];
}

/** @throws StartupError naming an option that it does not know. */
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
