import type { Machine } from '../../setup/machine';
import { makeNamespaces, SWITCH_ADDRESS } from '../../setup/network-namespaces';

/** Where everything runs. */
export interface Machines {
  readonly api: Machine;
  readonly redis: Machine;
  readonly postgres: Machine;
  /** The address at which the processes reach the lab's links. */
  readonly links: string;
  /** Takes away what was made for them. */
  remove(): Promise<void>;
}

const HERE: Machine = { host: '127.0.0.1', prefix: [] };

/** Everything on this machine, over its loopback interface. */
export const THIS_MACHINE: Machines = {
  api: HERE,
  redis: HERE,
  postgres: HERE,
  links: HERE.host,
  remove: () => Promise.resolve(),
};

/** Each in a network namespace of its own, and the lab between them. */
export async function makeMachines(): Promise<Machines> {
  const { machines, remove } = await makeNamespaces('--hosts', ['api', 'redis', 'postgres']);
  return { ...machines, links: SWITCH_ADDRESS, remove };
}
