import type { LabState, LinkState, ServerName } from '../shapes';

const DELAYS = [0, 20, 100, 500];
const LOSSES = [0, 10, 30];

/** The command that a key stands for, given what is selected and how everything is; null: none. */
export function commandOf(
  key: string,
  { redis, postgres, processes, isTrafficOn }: LabState,
  selected: string,
): string | null {
  const process = processes.find(({ name }) => name === selected);
  const link = (server: ServerName): LinkState | undefined =>
    process?.links.find((known) => known.server === server);
  const onLink = (server: ServerName, what: (link: LinkState) => string): string | null => {
    const known = link(server);
    return known ? `link ${selected} ${server} ${what(known)}` : null;
  };
  const cut = ({ state }: LinkState): string => (state === 'open' ? 'cut' : 'open');
  const silence = ({ state }: LinkState): string => (state === 'silent' ? 'open' : 'silent');
  const delay = ({ delayMs }: LinkState): string => `delay ${next(DELAYS, delayMs)}`;
  const loss = ({ lossPercent }: LinkState): string => `loss ${next(LOSSES, lossPercent)}`;
  const byKey: Readonly<Record<string, string | null>> = {
    p: `process ${selected} ${process?.state === 'paused' ? 'resume' : 'pause'}`,
    k: `process ${selected} ${process?.state === 'down' ? 'start' : 'kill'}`,
    c: onLink('redis', cut),
    C: onLink('postgres', cut),
    i: onLink('redis', silence),
    I: onLink('postgres', silence),
    d: onLink('redis', delay),
    D: onLink('postgres', delay),
    l: onLink('redis', loss),
    L: onLink('postgres', loss),
    e: 'redis restart-empty',
    s: 'redis save-dump',
    o: 'redis restart-old',
    f: 'redis flush',
    m: `redis ${redis.memory === 'full' ? 'free' : 'full'}`,
    r: 'postgres restart',
    R: `postgres ${postgres.state === 'paused' ? 'resume' : 'pause'}`,
    t: `traffic ${isTrafficOn ? 'off' : 'on'}`,
    h: 'heal',
    z: 'zero',
  };
  return byKey[key] ?? null;
}

/** The one after it in the list; after the last, the first. */
function next(list: readonly number[], current: number): number {
  return list[(list.indexOf(current) + 1) % list.length] ?? 0;
}
