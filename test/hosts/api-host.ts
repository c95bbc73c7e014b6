import { until } from '../setup/until';
import { askFrom, type Question, type Reply } from './asking';
import type { Guide } from './guide';
import { ADMINISTRATOR, type Daemon, type Host, type Place } from './host';
import type { Programs } from './programs';
import { ServiceUnit } from './unit';

const NODE = '/opt/bin/node';
const NAME = 'travel.example';
const PORT = 8000;

/** What Debian's configuration of nginx does before it reads the guide's file. */
const NGINX = `
daemon off;
user www-data;
pid /run/nginx.pid;
error_log stderr;
events {}
http {
  access_log off;
  include /etc/nginx/conf.d/*.conf;
}
`;

/** The API machine of the guide: the service under its unit, and nginx before it. */
export class ApiHost {
  private readonly keys = new Map<string, string>();

  private constructor(
    private readonly host: Host,
    private readonly ca: string,
    private readonly environment: readonly string[],
    /** The first administrator's. */
    readonly key: string,
    readonly service: Daemon,
  ) {}

  static async setUp(host: Host, guide: Guide, { nginx }: Programs): Promise<ApiHost> {
    const unit = new ServiceUnit(await guide.file('api/travel-recharge.service'));
    const environment = await guide.file('api/travel-recharge.env');
    const ca = await guide.certificate('ca.pem');
    await host.addUser('travel-recharge');
    await host.write('/etc/travel-recharge-ca.pem', ca);
    await host.write(unit.environmentFile, environment, 'root', '600');
    const service = host.launch(...unit.command(environment, NODE));
    await until('the service is ready', async () => {
      if (service.hasEnded) throw new Error(`the service did not start:\n${service.output}`);
      const headers = { host: 'localhost' };
      const replies = await askFrom(host, { host: '127.0.0.1', port: PORT, path: '/health/ready', headers });
      return typeof replies !== 'string' && replies[0]?.status === 200;
    });
    const key = (await host.do('cat', `${unit.stateFolder}/admin.key`)).trim();
    await startNginx(host, guide, nginx);
    return new ApiHost(host, ca, unit.words(environment), key, service);
  }

  /** A request over TLS to nginx, from somewhere. */
  async askAll(from: Place, path: string, given: Partial<Question> = {}): Promise<readonly Reply[] | string> {
    const { headers, ...rest } = given;
    const question = { host: this.host.address, port: 443, path, ca: this.ca, ...rest };
    return askFrom(from, { ...question, headers: { host: NAME, ...headers } });
  }

  /** The same for one request that is answered with JSON. */
  async ask<Body>(from: Place, path: string, key: string, body?: object): Promise<Body> {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const method = body ? 'POST' : 'GET';
    const given = { method, headers, ...(body && { body: JSON.stringify(body) }) };
    const replies = await this.askAll(from, path, given);
    const reply = typeof replies === 'string' ? undefined : replies[0];
    if (!reply || reply.status >= 300)
      throw new Error(`${method} ${path}: ${reply ? `${reply.status} ${reply.body}` : 'no answer'}`);
    return JSON.parse(reply.body) as Body;
  }

  /** A key that an administrator has made; the same for the same question. */
  async keyFor(role: string, networks?: readonly string[]): Promise<string> {
    const name = `${role} ${networks?.join(' ') ?? ''}`.trim();
    const known = this.keys.get(name);
    if (known) return known;
    const wanted = { role, client: 'lab', name, networks };
    const { key } = await this.ask<{ key: string }>(ADMINISTRATOR, '/keys', this.key, wanted);
    this.keys.set(name, key);
    return key;
  }

  /** Where a request without TLS is led to. */
  async locationOf(from: Place, path: string): Promise<string> {
    const replies = await this.askAll(from, path, { port: 80, ca: '' });
    if (typeof replies === 'string') return replies;
    return replies.map(({ status, headers }) => `${status} ${headers.location}`).join();
  }

  /** Runs a program of the release with the environment of the service. @returns what it said. */
  async runProgram(name: string): Promise<string> {
    const program = `/opt/travel-recharge/dist/programs/${name}/main.js`;
    return (await this.host.run([...this.environment, NODE, program])).output;
  }
}

async function startNginx(host: Host, guide: Guide, nginx: readonly string[]): Promise<void> {
  await host.do('sh', '-c', 'rm -rf /etc/nginx && mkdir -p /var/lib/nginx /var/log/nginx');
  await host.write('/etc/nginx/nginx.conf', NGINX);
  await host.write('/etc/nginx/conf.d/travel-recharge.conf', await guide.file('api/nginx.conf'));
  await host.write('/etc/ssl/travel.example.pem', await guide.certificate('api.pem'));
  await host.write('/etc/ssl/travel.example.key', await guide.certificate('api.key'), 'root', '600');
  const daemon = host.launch(...nginx, '-c', '/etc/nginx/nginx.conf');
  await until('nginx takes connections', async () => {
    if (daemon.hasEnded) throw new Error(`nginx did not start:\n${daemon.output}`);
    return typeof (await askFrom(host, { host: '127.0.0.1', port: 443 })) !== 'string';
  });
}
