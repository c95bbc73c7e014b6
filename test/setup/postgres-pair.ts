import { PostgresNode } from './postgres-node';
import { startProxy, type TcpProxy } from './tcp-proxy';
import { until } from './until';

/** Any standby that streams is waited for. */
const ANY = '*';

/**
 * A primary, a synchronous standby that follows it, and a balancer before both, which leads to the primary. Who is in charge of
 * them, as Patroni is, does here what the test asks for: a server that was promoted waits for no standby until it has one again.
 */
export class PostgresPair {
  private constructor(
    private first: PostgresNode,
    private second: PostgresNode,
    readonly balancer: TcpProxy,
  ) {}

  static async start(): Promise<PostgresPair> {
    const primary = await PostgresNode.create();
    const standby = await primary.sibling();
    try {
      await primary.start();
      await primary.ensureDatabase();
      const pair = new PostgresPair(primary, standby, await startProxy(primary.url));
      await pair.rejoin();
      return pair;
    } catch (error) {
      await Promise.all([primary, standby].map((node) => node.remove()));
      throw error;
    }
  }

  /** The URL of the service's database, by way of the balancer. */
  get url(): string {
    return this.balancer.url;
  }

  get primary(): PostgresNode {
    return this.first;
  }

  get standby(): PostgresNode {
    return this.second;
  }

  /** The standby takes the place of the primary, which is dead or cut off from it. */
  async promote(keepSessions = false): Promise<void> {
    [this.first, this.second] = [this.second, this.first];
    await this.first.promote();
    this.balancer.leadTo(this.first.url, keepSessions);
  }

  /** kill -9 of the primary; the standby takes its place. */
  async failOver(): Promise<void> {
    await this.first.kill();
    await this.promote();
  }

  /** The primary ends in order, the standby takes its place, and the old primary follows it. */
  async switchOver(): Promise<void> {
    await this.first.stop();
    await this.promote();
    await this.follow();
  }

  /** The server that is not the primary gets a new copy of it, and follows it. */
  async rejoin(): Promise<void> {
    await this.second.kill();
    await this.first.copyTo(this.second);
    await this.follow();
  }

  /** The server that is not the primary follows it; commits wait for it as soon as it has all. */
  async follow(): Promise<void> {
    await this.second.write('standby.signal', '');
    await this.second.configure({
      primary_conninfo: `${this.first.connectionInfo} application_name=standby`,
      synchronous_standby_names: null,
    });
    await this.second.start();
    await until('the standby streams', async () => (await this.standbys('streaming')) === 1);
    await this.first.configure({ synchronous_standby_names: ANY });
    await until('the standby is synchronous', async () => (await this.standbys('streaming', 'sync')) === 1);
  }

  async stop(): Promise<void> {
    await this.balancer.stop();
    await Promise.all([this.first, this.second].map((node) => node.remove()));
  }

  private async standbys(state: string, kind = '%'): Promise<number> {
    const rows = await this.first.query(
      'SELECT FROM pg_stat_replication WHERE state = $1 AND sync_state LIKE $2',
      [state, kind],
    );
    return rows.length;
  }
}
