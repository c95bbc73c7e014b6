import { parseOptions, wholeNumberOption } from '../../common/program/options';
import { StartupError } from '../../common/program/startup-error';
import type { Binding } from '../../platform/access/caller';
import {
  bindingFault,
  CLIENT_NAME,
  isNetwork,
  MOST_NETWORKS,
  MOST_OVERLAP,
} from '../../platform/access/key-request';
import { isRole, type Role, ROLES } from '../../platform/access/scopes';

export const HELP = `Makes, lists, replaces and revokes the keys of those who may call the service.

npm run keys -- create --role ROLE --name NAME [options]   prints the key, once
  --role ROLE              ${ROLES.slice(0, 5).join(', ')},
                           ${ROLES.slice(5).join(', ')}
  --name NAME              what people call the key
  --client CLIENT          the organisation or device that it belongs to (default: the role)
  --user N                 the rider, for the role rider
  --recharge-point N       for the role recharge_point
  --validator N            for the role validator: the one device, which reports its own taps; or instead of it
  --vehicle N, --station N every device there, which asks at each boarding
  --network CIDR           where it may be used from; it can be repeated (default: anywhere)
  --requests-per-minute N  (default: no limit of its own)
  --days N                 days until it expires (default, and at most: KEY_MOST_DAYS)
npm run keys -- list [--json]                              prints what is known of each key
npm run keys -- roll KEY_ID [--overlap SECONDS]            prints a successor; the old key lives so long (default 0)
npm run keys -- revoke KEY_ID                              ends when no process accepts the key any more
npm run keys -- revoke --as-in FILE                        after a restore: revokes every key that has more rights than in
                                                           FILE, which list --json wrote later than the backup
  --help                                                   shows this text

It works on the database in DATABASE_URL, or on the embedded one under DATA_DIR, whether the service runs or not.
`;

/** What is to be done. */
export type KeysCommand =
  | { readonly command: 'help' }
  | { readonly command: 'list'; readonly asJson: boolean }
  | {
      readonly command: 'create';
      readonly role: Role;
      readonly name: string;
      readonly client: string;
      readonly binding: Binding;
      readonly networks: readonly string[];
      readonly requestsPerMinute: number | null;
      readonly days: number | null;
    }
  | { readonly command: 'roll'; readonly keyId: string; readonly overlap: number }
  | { readonly command: 'revoke'; readonly keyId: string }
  | { readonly command: 'revoke as in'; readonly file: string };

const TEXT = { type: 'string' } as const;
const LARGEST_ID = 9_999_999_999;
const LONGEST_NAME = 100;

/** @throws StartupError naming what is wrong. */
export function parseKeysArguments(args: readonly string[]): KeysCommand {
  const options = {
    help: { type: 'boolean' },
    role: TEXT,
    name: TEXT,
    client: TEXT,
    user: TEXT,
    'recharge-point': TEXT,
    vehicle: TEXT,
    station: TEXT,
    validator: TEXT,
    network: { type: 'string', multiple: true },
    'requests-per-minute': TEXT,
    days: TEXT,
    overlap: TEXT,
    json: { type: 'boolean' },
    'as-in': TEXT,
  } as const;
  const { values, positionals } = parseOptions({ args: [...args], options, allowPositionals: true });
  const [command, keyId, ...rest] = positionals;
  if (values.help) return { command: 'help' };
  if (rest.length > 0) throw new StartupError(`unexpected argument ${rest.join(' ')} (see --help)`);
  switch (command) {
    case 'create':
      return toCreate(values);
    case 'list':
      return { command, asJson: values.json ?? false };
    case 'roll': {
      const overlap = wholeNumberOption('overlap', values.overlap, 0, MOST_OVERLAP) ?? 0;
      return { command, keyId: keyIdOf(keyId), overlap };
    }
    case 'revoke':
      if (values['as-in'] !== undefined && keyId === undefined)
        return { command: 'revoke as in', file: values['as-in'] };
      return { command, keyId: keyIdOf(keyId) };
    case undefined:
    default:
      throw new StartupError('say create, list, roll or revoke (see --help)');
  }
}

type Values = Partial<Record<string, string | boolean | string[]>>;

function toCreate(values: Values): KeysCommand {
  const text = (name: string): string | undefined => values[name] as string | undefined;
  const { network: networks = [] } = values as { network?: string[] };
  const role = text('role') ?? '';
  if (!isRole(role)) throw new StartupError(`--role must be one of ${ROLES.join(', ')} (see --help)`);
  const name = text('name')?.trim() ?? '';
  if (name === '' || name.length > LONGEST_NAME)
    throw new StartupError(`--name must have 1 to ${LONGEST_NAME} characters (see --help)`);
  const client = text('client') ?? role;
  if (!CLIENT_NAME.test(client))
    throw new StartupError('--client must be lower-case letters, digits, dots, _ and - (see --help)');
  const foreign = networks.find((each) => !isNetwork(each));
  if (foreign !== undefined || networks.length > MOST_NETWORKS)
    throw new StartupError('--network must be an address or a network such as 10.0.0.0/8 (see --help)');
  const binding = bindingIn(text);
  const fault = bindingFault(role, binding);
  if (fault) {
    const option = fault.name.replace(/_id$/, '').replace('_', '-');
    throw new StartupError(`--${option} ${fault.detail} (see --help)`);
  }
  return {
    command: 'create',
    role,
    name,
    client,
    binding,
    networks,
    requestsPerMinute:
      wholeNumberOption('requests-per-minute', text('requests-per-minute'), 1, 1_000_000) ?? null,
    days: wholeNumberOption('days', text('days'), 1, 3_650) ?? null,
  };
}

function bindingIn(text: (name: string) => string | undefined): Binding {
  const ids = {
    user_id: wholeNumberOption('user', text('user'), 1, LARGEST_ID),
    recharge_point_id: wholeNumberOption('recharge-point', text('recharge-point'), 1, LARGEST_ID),
    vehicle_id: wholeNumberOption('vehicle', text('vehicle'), 1, LARGEST_ID),
    station_id: wholeNumberOption('station', text('station'), 1, LARGEST_ID),
    validator_id: wholeNumberOption('validator', text('validator'), 1, LARGEST_ID),
  };
  return Object.fromEntries(Object.entries(ids).filter(([, id]) => id !== undefined));
}

function keyIdOf(text: string | undefined): string {
  // A user may paste the whole key and not only its id.
  const [, id] = /^(?:trk_)?([0-9A-Za-z]{8})(?:_[0-9A-Za-z]+)?$/.exec(text ?? '') ?? [];
  if (id === undefined) throw new StartupError('say which key, by its id of 8 characters (see --help)');
  return id;
}
