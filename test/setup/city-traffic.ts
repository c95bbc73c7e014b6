import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Dice, Urn } from '../../src/common/dice';
import { WayPlanner } from '../../src/modules/trips/way-planner';
import { issueCards } from '../../src/programs/load/issue-cards';
import { type Action, MIXES, READS } from '../../src/programs/load/mixes';
import { VirtualUser } from '../../src/programs/load/virtual-user';
import { learnNetwork } from '../../src/programs/service-traffic/learn-network';
import { ServiceClient } from '../../src/programs/service-traffic/service-client';
import { Tally } from '../../src/programs/service-traffic/tally';
import { HttpClient } from '../consistency/http-client';
import { until } from './until';

/** Each ride and each recharge as often as all reads together. */
const MIX: readonly (readonly [number, Action])[] = [
  ...MIXES.reads.map(([, read]) => [1, read] as const),
  [Object.keys(READS).length, 'ride'],
  [Object.keys(READS).length, 'recharge'],
];
const USERS = 4;
const CARDS_OF_A_USER = 5;
const PAUSE_MS = 20;
const TIMEOUT_MS = 20_000;

/** Everything that `npm run load` does, with pauses: it finds what is refused, and leaves room for others. */
export class CityTraffic {
  readonly tally = new Tally();
  private readonly client: HttpClient;
  private readonly stopping = new AbortController();
  private running: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly url: string,
    private readonly seed: number,
  ) {
    this.client = new HttpClient(Number(new URL(url).port));
  }

  static async start(url: string, seed: number): Promise<CityTraffic> {
    const traffic = new CityTraffic(url, seed);
    await traffic.begin();
    return traffic;
  }

  /** Resolves when each operation has been answered again. */
  async flows(): Promise<void> {
    const before = this.counts();
    await until('each operation is answered', () => {
      const now = this.counts();
      const names = [...Object.keys(READS), 'board', 'alight', 'recharge'];
      return names.every((name) => (now.get(name) ?? 0) > (before.get(name) ?? 0));
    });
  }

  /** Resolves when what was sent is answered. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    this.client.close();
  }

  private async begin(): Promise<void> {
    const service = new ServiceClient(this.url, this.tally);
    const routes = await learnNetwork(service);
    const stations = routes.flatMap(({ stops }) => stops.map(({ station_id }) => station_id));
    const cards = await issueCards(service, USERS * CARDS_OF_A_USER, () => undefined);
    const name = randomUUID();
    const users = Array.from({ length: USERS }, (_, nth) => {
      const dice = new Dice(this.seed, `user ${nth}`);
      const own = cards.filter((_card, index) => index % USERS === nth);
      const ways = new WayPlanner(routes, dice);
      const targets = { routes, stations, cards: own };
      return new VirtualUser(targets, ways, new Urn<Action>(MIX), dice, this.tally, `${name}-${nth}`);
    });
    this.running = Promise.all(users.map((user) => this.goOn(user)));
  }

  private async goOn(user: VirtualUser): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const { operation, ...message } = user.next();
      try {
        const { status, body } = await this.client.send({ ...message, timeoutMs: TIMEOUT_MS });
        user.receive({ status, body });
      } catch (error) {
        this.tally.recordFailure(`${operation}: ${String(error)}`);
      }
      await sleep(PAUSE_MS);
    }
  }

  private counts(): ReadonlyMap<string, number> {
    return new Map(this.tally.operations.map(([name, { count }]) => [name, count]));
  }
}
