import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AppConfig } from '../platform/config/app-config';
import { StartupError } from '../common/program/startup-error';

/**
 * Listens for a moment where the service is going to, before anything is made for it.
 *
 * @throws StartupError when the port or the host cannot be had.
 */
export async function requirePort(config: AppConfig): Promise<void> {
  const [host, port] = [config.get('HOST'), config.get('PORT')];
  const server = createServer();
  try {
    server.listen({ port, host });
    await once(server, 'listening');
  } catch (error) {
    throw refusalToListen(error, host, port);
  }
  server.close();
  await once(server, 'close');
}

/** What an operator can mend where listening failed. */
export function refusalToListen(
  error: unknown,
  host: string,
  port: number,
  setting: 'PORT' | 'METRICS_PORT' = 'PORT',
): StartupError {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE')
    return new StartupError(`port ${port} on ${host} is in use: set ${setting} to another one`);
  if (code === 'EACCES')
    return new StartupError(`port ${port} may not be used by this user: set ${setting} to another one`);
  return new StartupError(`cannot listen on ${host}:${port}: ${message}`);
}
