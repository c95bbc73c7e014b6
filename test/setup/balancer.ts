import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { until } from './until';

/** A process that is sent requests, and how many of them it has not answered yet. */
interface Target {
  readonly url: string;
  pending: number;
}

/** Stands before several processes and sends each of them a request in turn, as nginx does. It sends none again. */
export class Balancer {
  private readonly agent = new Agent({ keepAlive: true, noDelay: true });
  private readonly server = createServer((asked, answer) => this.pass(asked, answer));
  private targets: readonly Target[] = [];
  private turn = 0;

  static async start(): Promise<Balancer> {
    const balancer = new Balancer();
    balancer.server.listen(0, '127.0.0.1');
    await once(balancer.server, 'listening');
    return balancer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  add({ url }: { readonly url: string }): void {
    this.targets = [...this.targets, { url, pending: 0 }];
  }

  /** Resolves when the process has answered all that it was sent. */
  async remove({ url }: { readonly url: string }): Promise<void> {
    const removed = this.targets.filter((target) => target.url === url);
    this.targets = this.targets.filter((target) => target.url !== url);
    await until(`${url} has answered`, () => removed.every(({ pending }) => pending === 0));
  }

  async stop(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    this.agent.destroy();
    await once(this.server, 'close');
  }

  private pass(asked: IncomingMessage, answer: ServerResponse): void {
    this.turn += 1;
    const target = this.targets[this.turn % this.targets.length];
    if (!target) return fail(answer, new Error('no process is left'));
    const { method, headers } = asked;
    target.pending += 1;
    answer.once('close', () => (target.pending -= 1));
    const passed = request(target.url + (asked.url ?? ''), { agent: this.agent, method, headers });
    passed.on('error', (error) => fail(answer, error));
    passed.on('response', (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.on('error', (error) => answer.destroy(error));
      response.pipe(answer);
    });
    asked.pipe(passed);
  }
}

function fail(answer: ServerResponse, { message }: Error): void {
  if (answer.headersSent) return void answer.destroy();
  answer.writeHead(502).end(message);
}
