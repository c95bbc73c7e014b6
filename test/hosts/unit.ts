/** The lines of a unit of systemd's section [Service], and the commands that do what they say where no systemd runs. */
export class ServiceUnit {
  private readonly settings: ReadonlyMap<string, string>;

  constructor(text: string) {
    const [, section = ''] = text.split('[Service]\n');
    const lines = (section.split('\n[')[0] ?? '').split('\n').filter((line) => /^[^#;]/.test(line));
    this.settings = new Map(lines.map((line) => entryOf(line)));
    const unknown = [...this.settings.keys()].filter((name) => !KNOWN.has(name));
    if (unknown.length > 0) throw new Error(`the lab does not know ${unknown.join(', ')} of the unit`);
    for (const [name, value] of Object.entries(SANDBOXED))
      if (this.get(name) !== value) throw new Error(`the lab runs a unit with ${name}=${value} only`);
  }

  get environmentFile(): string {
    return this.get('EnvironmentFile');
  }

  get stateFolder(): string {
    return `/var/lib/${this.get('StateDirectory')}`;
  }

  /** What runs the service as the unit says, but that `node` is the one at that path. */
  command(environment: string, node: string): readonly string[] {
    const [program = '', ...args] = this.get('ExecStart').split(' ');
    if (program !== '/usr/bin/node') throw new Error(`the unit starts ${program}, and not Node.js`);
    const user = this.get('User');
    return [
      'unshare',
      '--mount',
      'sh',
      '-euc',
      SANDBOX,
      'sh',
      this.stateFolder,
      user,
      this.get('StateDirectoryMode'),
      this.get('WorkingDirectory'),
      'setpriv',
      `--reuid=${user}`,
      `--regid=${user}`,
      '--init-groups',
      '--no-new-privs',
      '--bounding-set=-all',
      '--inh-caps=-all',
      ...this.words(environment),
      node,
      ...args,
    ];
  }

  /** What runs something with the variables of the environment's file, and no others. */
  words(environment: string): readonly string[] {
    return ['env', '--ignore-environment', `PATH=${PATH}`, ...variablesIn(environment)];
  }

  private get(name: string): string {
    const value = this.settings.get(name);
    if (value === undefined) throw new Error(`the unit has no ${name}`);
    return value;
  }
}

/** As systemd sets it. */
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const SANDBOXED: Readonly<Record<string, string>> = {
  NoNewPrivileges: 'true',
  ProtectSystem: 'strict',
  ProtectHome: 'true',
  PrivateTmp: 'true',
  CapabilityBoundingSet: '',
};

/** What systemd alone can do is left out: to start it again, and to wait for its end. */
const KNOWN = new Set([
  ...['User', 'WorkingDirectory', 'StateDirectory', 'StateDirectoryMode', 'EnvironmentFile', 'ExecStart'],
  ...['Restart', 'RestartSec', 'TimeoutStopSec'],
  ...Object.keys(SANDBOXED),
]);

/** Nothing may be written but below the service's folder and two private ones for temporary files; homes are empty. */
const SANDBOX = `
state=$1 user=$2 mode=$3 work=$4
shift 4
mkdir -p "$state"
chown "$user:" "$state"
chmod "$mode" "$state"
mount --bind "$state" "$state"
for folder in /tmp /var/tmp; do mount -t tmpfs -o mode=1777 tmpfs "$folder"; done
for folder in /home /root; do mount -t tmpfs -o mode=0 tmpfs "$folder"; done
while read -r _ target _; do
  case "$target" in
    "$state" | /tmp | /var/tmp | /proc | /proc/* | /sys | /sys/* | /dev | /dev/*) ;;
    # One that is hidden below another one is nowhere.
    *) if mountpoint -q "$target"; then mount -o remount,bind,ro "$target"; fi ;;
  esac
done < /proc/self/mounts
cd "$work"
exec "$@"
`;

function entryOf(line: string): [string, string] {
  const at = line.indexOf('=');
  if (at < 0) throw new Error(`the unit has a line that is no setting: ${line}`);
  return [line.slice(0, at), line.slice(at + 1)];
}

function variablesIn(environment: string): readonly string[] {
  const lines = environment.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const strange = lines.find((line) => !/^[A-Z_]+=[^"'\\]*$/.test(line));
  if (strange !== undefined)
    throw new Error(`the lab does not read ${strange.split('=')[0]} of the environment`);
  return lines;
}
