import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { Dice, Urn } from '../../common/dice';
import { runCommand } from '../../common/program/run-command';
import { StartupError } from '../../common/program/startup-error';
import { learnNetwork } from '../service-traffic/learn-network';
import { ServiceClient } from '../service-traffic/service-client';
import { Tally } from '../service-traffic/tally';
import { WayPlanner } from '../../modules/trips/way-planner';
import { HELP, type LoadArguments, parseLoadArguments } from './arguments';
import { type Autocannon, loadAutocannon } from './autocannon';
import { issueCards } from './issue-cards';
import { type Action, MIXES, type Targets } from './mixes';
import { toJson, toTable } from './report';
import { VirtualUser } from './virtual-user';

const RESPONSE_TIMEOUT_SECONDS = 30;
/** When the service is gone, every request fails at once: the run stops after this many errors. */
const MAX_ERRORS = 1_000;

/** `npm run load`: exit code 1 when a request failed that should not. */
runCommand(async () => {
  const options = parseLoadArguments(process.argv.slice(2));
  if (!options) {
    console.log(HELP);
    return 0;
  }
  // Before any card is issued for it.
  const autocannon = loadAutocannon();
  const targets = await prepare(options);
  console.log(`seed     ${options.seed}`);
  console.log(`load     ${options.mix}, ${options.connections} connections, ${options.duration} s\n`);
  const tally = new Tally();
  const seconds = await run(autocannon, options, targets, tally);
  console.log(toTable(tally, seconds).join('\n'));
  if (options.json) writeFileSync(options.json, toJson(tally, options, seconds));
  return tally.failedByReason.length > 0 ? 1 : 0;
});

/** @throws StartupError when there is nothing to ask for. */
async function prepare({ url, key, cards }: LoadArguments): Promise<Targets> {
  const client = new ServiceClient(url, new Tally(), key);
  const routes = await learnNetwork(client);
  const stations = [...new Set(routes.flatMap(({ stops }) => stops.map(({ station_id }) => station_id)))];
  if (stations.length === 0) throw new StartupError(`the service at ${url} has no route in service`);
  console.log(`network  ${routes.length} routes, ${stations.length} stations`);
  const report = reportEverySecond((issued) => `cards    ${issued} of ${cards} issued`);
  return {
    routes,
    stations,
    cards: await issueCards(client, cards, (issued) => report(issued, issued === cards)),
  };
}

/** Prints a line at most once a second, and always the last one. */
function reportEverySecond(lineOf: (count: number) => string): (count: number, isLast: boolean) => void {
  let reportedAt = performance.now();
  return (count, isLast) => {
    if (!isLast && performance.now() - reportedAt < 1_000) return;
    reportedAt = performance.now();
    console.log(lineOf(count));
  };
}

/** Runs until the time is over or Ctrl-C; returns how many seconds it took. */
async function run(
  autocannon: Autocannon,
  options: LoadArguments,
  targets: Targets,
  tally: Tally,
): Promise<number> {
  // The keys of one run are not those of another with the same seed.
  const name = randomUUID();
  const urn = new Urn<Action>(MIXES[options.mix]);
  const users: VirtualUser[] = [];
  const load = autocannon({
    url: options.url,
    connections: options.connections,
    ...(options.rate !== null && { overallRate: options.rate }),
    duration: options.duration,
    timeout: RESPONSE_TIMEOUT_SECONDS,
    bailout: MAX_ERRORS,
    setupClient: (client) => {
      const nth = users.length;
      const dice = new Dice(options.seed, `connection ${nth}`);
      const own = {
        ...targets,
        cards: targets.cards.filter((_, index) => index % options.connections === nth),
      };
      const ways = new WayPlanner(targets.routes, dice);
      const user = new VirtualUser(own, ways, urn, dice, tally, `${name}-${nth}`);
      users.push(user);
      client.setRequests([
        {
          setupRequest: (request) => {
            const sent = user.next();
            return { ...request, ...sent, headers: { ...options.key, ...sent.headers } };
          },
          onResponse: (status, body, _context, headers) =>
            user.receive({ status, body, source: headers['x-cache'] }),
        },
      ]);
    },
  });
  const stop = (): void => load.stop();
  process.once('SIGINT', stop);
  const begun = performance.now();
  await load;
  process.off('SIGINT', stop);
  return (performance.now() - begun) / 1_000;
}
