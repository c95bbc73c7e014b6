import { until } from '../setup/until';
import type { Guide } from './guide';
import { as, type Host } from './host';
import type { Programs } from './programs';

const USER = 'redis';
const CONFIGURATION = '/etc/redis/redis.conf';

/** Sets up the Redis machine of the guide. */
export async function setUpRedis(host: Host, guide: Guide, programs: Programs): Promise<void> {
  await host.addUser(USER);
  await host.write('/etc/redis/redis.pem', await guide.certificate('redis.pem'), USER);
  await host.write('/etc/redis/redis.key', await guide.certificate('redis.key'), USER, '600');
  await host.write('/etc/redis/ca.pem', await guide.certificate('ca.pem'), USER);
  await host.write(CONFIGURATION, await guide.file('redis/redis.conf'), USER, '600');
  // As Debian's unit starts it.
  const server = host.launch(...as(USER), ...programs.redisServer, CONFIGURATION, '--daemonize', 'no');
  await until('Redis takes connections', async () => {
    if (server.hasEnded) throw new Error(`Redis did not start:\n${server.output}`);
    return (await askAsOperator(host, guide, programs, 'PING')) === 'PONG';
  });
}

/** Asks Redis on its own machine. */
export async function askAsOperator(
  host: Host,
  guide: Guide,
  { redisCli }: Programs,
  ...command: readonly string[]
): Promise<string> {
  const tls = ['-h', host.address, '--tls', '--cacert', '/etc/redis/ca.pem', '--no-auth-warning'];
  const user = ['--user', 'operator', '--pass', guide.password('operator')];
  return (await host.run([...redisCli, ...tls, ...user, ...command])).output.trim();
}
