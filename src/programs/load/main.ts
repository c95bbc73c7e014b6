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
import { autocannon } from './autocannon';
import { issueCards } from './issue-cards';
import { type Action, MIXES, type Targets } from './mixes';
import { toJson, toTable } from './report';
import { Visitor } from './visitor';

const PATIENCE = 30;
/** A service that is gone refuses as fast as it is asked. */
const MOST_ERRORS = 1_000;

/** `npm run load`: exit code 1 when a request failed that should not. */
runCommand(async () => {
  const asked = parseLoadArguments(process.argv.slice(2));
  if (!asked) {
    console.log(HELP);
    return 0;
  }
  const targets = await prepare(asked);
  console.log(`seed     ${asked.seed}`);
  console.log(`load     ${asked.mix}, ${asked.connections} connections, ${asked.duration} s\n`);
  const tally = new Tally();
  const seconds = await run(asked, targets, tally);
  console.log(toTable(tally, seconds).join('\n'));
  if (asked.json) writeFileSync(asked.json, toJson(tally, asked, seconds));
  return tally.failedByReason.length > 0 ? 1 : 0;
});

/** @throws StartupError when there is nothing to ask for. */
async function prepare({ url, key, cards }: LoadArguments): Promise<Targets> {
  const client = new ServiceClient(url, new Tally(), key);
  const routes = await learnNetwork(client);
  const stations = [...new Set(routes.flatMap(({ stops }) => stops.map(({ station_id }) => station_id)))];
  if (stations.length === 0) throw new StartupError(`the service at ${url} has no route in service`);
  console.log(`network  ${routes.length} routes, ${stations.length} stations`);
  const tell = tellEverySecond((issued) => `cards    ${issued} of ${cards} issued`);
  return {
    routes,
    stations,
    cards: await issueCards(client, cards, (issued) => tell(issued, issued === cards)),
  };
}

/** Prints a line at most once a second, and the last one in any case. */
function tellEverySecond(lineOf: (count: number) => string): (count: number, isLast: boolean) => void {
  let told = performance.now();
  return (count, isLast) => {
    if (!isLast && performance.now() - told < 1_000) return;
    told = performance.now();
    console.log(lineOf(count));
  };
}

/** Until the time is over, or somebody ends it; answers the seconds that it took. */
async function run(asked: LoadArguments, targets: Targets, tally: Tally): Promise<number> {
  // The keys of one run are not those of another with the same seed.
  const name = randomUUID();
  const urn = new Urn<Action>(MIXES[asked.mix]);
  const visitors: Visitor[] = [];
  const load = autocannon({
    url: asked.url,
    connections: asked.connections,
    duration: asked.duration,
    timeout: PATIENCE,
    bailout: MOST_ERRORS,
    setupClient: (client) => {
      const nth = visitors.length;
      const dice = new Dice(asked.seed, `connection ${nth}`);
      const own = {
        ...targets,
        cards: targets.cards.filter((_, index) => index % asked.connections === nth),
      };
      const ways = new WayPlanner(targets.routes, dice);
      const visitor = new Visitor(own, ways, urn, dice, tally, `${name}-${nth}`);
      visitors.push(visitor);
      client.setRequests([
        {
          setupRequest: (request) => {
            const sent = visitor.next();
            return { ...request, ...sent, headers: { ...asked.key, ...sent.headers } };
          },
          onResponse: (status, body, _context, headers) =>
            visitor.answered({ status, body, source: headers['x-cache'] }),
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
