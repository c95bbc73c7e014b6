import { runCommand } from '../../common/program/run-command';
import { AppConfig } from '../../platform/config/app-config';
import { readEnvironment } from '../../platform/config/environment';
import { HELP, parseSimulateArguments } from './arguments';
import { verifyBooks } from './verify-books';
import { issueCards, runMorning } from './run-morning';
import { learnNetwork } from '../service-traffic/learn-network';
import { digestOf, planMorning } from './morning';
import { ServiceClient } from '../service-traffic/service-client';
import { Tally } from '../service-traffic/tally';
import { describeOutages, describeReports } from './offline/report';
import { Validators } from './offline/validators';

const print = (line: string): void => console.log(line);

/** `npm run simulate`: exit code 1 when the books are wrong, or a request failed that should not. */
runCommand(async () => {
  const options = parseSimulateArguments(process.argv.slice(2));
  if (!options) {
    print(HELP);
    return 0;
  }
  const config = new AppConfig(readEnvironment());
  const tally = new Tally();
  const client = new ServiceClient(options.url, tally, options.key);
  const routes = await learnNetwork(client);
  const morning = planMorning(routes, options);
  print(`seed       ${options.seed}, plan ${digestOf(morning)}`);
  const durationMs = (options.taps / options.rate) * 1_000;
  const validators = options.offline > 0 ? await Validators.learn(client, { ...options, durationMs }) : null;
  print(
    `plan       ${morning.taps.length} taps on ${routes.length} routes, ${options.rate} a second on average`,
  );
  if (validators) for (const line of describeOutages(validators)) print(line);
  const rides = { boarded: 0, transfers: 0, onCredit: 0, refused: 0, recharges: 0, letIn: 0 };
  const riders = await issueCards(client, rides, morning, validators);
  const first = riders.find((rider) => rider !== null)?.cardId ?? null;
  print(`riders     ${riders.filter((rider) => rider !== null).length} synthetic riders`);

  const seconds = await runMorning(morning, riders, validators);
  const { boarded, transfers, onCredit, refused, recharges, letIn } = rides;
  const taps = boarded + refused + letIn;
  print(`taps       ${taps} in ${seconds.toFixed(1)} s, ${(taps / seconds).toFixed(1)} a second`);
  print(`boarded    ${boarded}, ${transfers} of them transfers, ${onCredit} on credit; refused ${refused}`);
  print(`recharges  ${recharges}`);
  if (validators) for (const line of await describeReports(client, validators, riders)) print(line);
  print('latency    requests       p50       p95       p99      max  (ms)');
  for (const [operation, { count, p50, p95, p99, max }] of tally.operations) {
    const cells = [p50, p95, p99, max].map((value) => value.toFixed(1).padStart(10));
    print(`  ${operation.padEnd(9)}${String(count).padStart(8)}${cells.join('')}`);
  }
  for (const [reason, count] of tally.refusedByReason) print(`refused    ${count} ${reason}`);
  for (const [reason, count] of tally.failedByReason) print(`FAILED     ${count} ${reason}`);
  const isRight = await verifyBooks(config, first, print);
  const hasFailed = tally.failedByReason.length > 0 || (validators?.counts.wrongHotlists ?? 0) > 0;
  return isRight === false || hasFailed ? 1 : 0;
});
