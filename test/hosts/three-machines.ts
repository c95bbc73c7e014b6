import { resolve } from 'node:path';
import { reapAfterExit } from '../setup/reaper';
import { makeNamespaces } from '../setup/network-namespaces';
import { createTempFolder, removeFolder } from '../setup/temp-folder';
import { ApiHost } from './api-host';
import { Guide } from './guide';
import { Host } from './host';
import { setUpPostgres } from './postgres-host';
import { findPrograms, type Programs } from './programs';
import { setUpRedis } from './redis-host';

const NAMES = ['api', 'redis', 'postgres', 'other'] as const;
export type HostName = (typeof NAMES)[number];
const GUARDED = ['api', 'redis', 'postgres'] as const;
const ROOT = resolve(__dirname, '..', '..');
/** On every host, where the guide has it on the API machine: nobody is refused because a file is missing. */
export const AUTHORITY = '/etc/travel-recharge-ca.pem';
/** An authority that nobody has a certificate of. */
export const OTHER_AUTHORITY = '/etc/other-ca.pem';

export type CleanUp = () => Promise<unknown>;

/** The three machines of the guide, set up from its files, and another one. */
export interface ThreeMachines {
  readonly hosts: Readonly<Record<HostName, Host>>;
  readonly api: ApiHost;
  readonly guide: Guide;
  readonly programs: Programs;
}

/**
 * @param after is told what has to be undone.
 * @param say hears what is being set up.
 */
export async function setUpMachines(
  after: (cleanUp: CleanUp) => void,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<ThreeMachines> {
  const programs = await findPrograms();
  const folder = await createTempFolder();
  const callOffReaper = reapAfterExit('sleep 1; rm -rf "$1"', folder);
  after(async () => {
    callOffReaper();
    await removeFolder(folder);
  });
  const { machines, remove } = await makeNamespaces('lab:hosts', NAMES);
  after(remove);
  signal.throwIfAborted();

  say('Certificates …');
  const guide = await Guide.open(folder);
  const otherGuide = await Guide.open(folder);
  const start = async (name: HostName): Promise<Host> => {
    const opt = name === 'api' ? [ROOT, process.execPath] : [];
    const host = await Host.start(name, machines[name], folder, opt);
    after(() => host.stop());
    await host.write(AUTHORITY, await guide.certificate('ca.pem'));
    await host.write(OTHER_AUTHORITY, await otherGuide.certificate('ca.pem'));
    return host;
  };
  const hosts = {
    api: await start('api'),
    redis: await start('redis'),
    postgres: await start('postgres'),
    other: await start('other'),
  };
  for (const name of GUARDED) await guard(hosts[name], guide);

  const steps = [
    ['PostgreSQL', () => setUpPostgres(hosts.postgres, guide)],
    ['Redis', () => setUpRedis(hosts.redis, guide, programs)],
  ] as const;
  for (const [name, step] of steps) {
    signal.throwIfAborted();
    say(`${name} …`);
    await step();
  }
  signal.throwIfAborted();
  say('The service, and nginx …');
  return { hosts, api: await ApiHost.setUp(hosts.api, guide, programs), guide, programs };
}

/** Loads the firewall of a machine, as its unit does when it starts. */
export async function guard(host: Host, guide: Guide): Promise<void> {
  await host.write('/etc/nftables.conf', await guide.file(`${host.name}/nftables.conf`));
  await host.do('nft', '--check', '--file', '/etc/nftables.conf');
  await host.do('nft', '--file', '/etc/nftables.conf');
}

export async function unguard(host: Host): Promise<void> {
  await host.do('nft', 'flush', 'ruleset');
}
