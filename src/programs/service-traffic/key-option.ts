import { StartupError } from '../../common/program/startup-error';
import { readCallerKey } from '../../platform/config/environment';

/** What every request of a program has, where the service asks for keys. */
export type KeyHeaders = Readonly<Record<string, string>>;

/** The lines of a program's help about it. */
export const KEY_HELP = `  --key KEY          the key to call with, where the service asks for one; better TRAVEL_RECHARGE_KEY in the
                     environment, or TRAVEL_RECHARGE_KEY_FILE, which no list of processes shows`;

/**
 * `--key`, or what the environment says.
 *
 * @throws StartupError when it could not be sent in a header.
 */
export function keyOption(text: string | undefined): KeyHeaders {
  const key = text ?? readCallerKey();
  if (key === undefined) return {};
  if (!/^[\x21-\x7e]+$/.test(key)) throw new StartupError('--key must be a key, without blanks (see --help)');
  return { authorization: `Bearer ${key}` };
}
