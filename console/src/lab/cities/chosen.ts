import { type LabState, type ServerName, SERVERS } from '../../../../test/lab/shapes';

/** What is chosen in the picture: a process, a link of it, or a server. A process is always chosen, for the keys. */
export interface Chosen {
  readonly process: string;
  readonly server: ServerName | null;
  /** Whether the process itself is not meant. */
  readonly isServerAlone: boolean;
}

/** @param at as the address has it: `plain-1`, `plain-1.redis`, `redis`; the plain city's first process when it says nothing. */
export function chosenIn(at: string | undefined, { processes }: LabState): Chosen {
  const [first, second] = (at ?? '').split('.');
  const process = processes.find(({ name }) => name === first)?.name;
  const server = SERVERS.find((known) => known === (process ? second : first)) ?? null;
  const usual = processes.find(({ city }) => city === 'plain')?.name ?? '';
  return { process: process ?? usual, server, isServerAlone: process === undefined && server !== null };
}

/** The address of a link in the picture. */
export function linkAt(process: string, server: ServerName): string {
  return `${process}.${server}`;
}
