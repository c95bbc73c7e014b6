import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { pathOf } from '../common/http/request-target';
import type { AppConfig } from '../platform/config/app-config';
import { CONTENT_TYPE } from '../platform/metrics/metric';
import { refusalToListen } from './require-port';

const PATH = '/metrics';

/** Returns the metrics of all processes that serve, as OpenMetrics text. */
export type MetricsSource = () => Promise<string>;

/** Serves the metrics on a port of their own, without keys: whoever can connect to it may read them. */
export class MetricsServer {
  private source: MetricsSource | null = null;

  private constructor(
    private readonly server: Server,
    private readonly logger: Logger,
  ) {
    server.on('request', (request, response) => void this.answer(request, response));
  }

  /**
   * Begins to listen where the settings say so; null: nowhere.
   *
   * @throws StartupError when the port or the host cannot be had.
   */
  static async listen(config: AppConfig, logger: Logger): Promise<MetricsServer | null> {
    const [host, port] = [config.get('METRICS_HOST'), config.get('METRICS_PORT')];
    if (port === undefined) return null;
    const server = createServer();
    try {
      server.listen({ host, port });
      await once(server, 'listening');
    } catch (error) {
      throw refusalToListen(error, host, port, 'METRICS_PORT');
    }
    const { address, port: bound } = server.address() as AddressInfo;
    logger.info({ address, port: bound }, 'metrics are served');
    return new MetricsServer(server, logger);
  }

  /** Until then there are none, and a scraper is told so. */
  show(source: MetricsSource): void {
    this.source = source;
  }

  async close(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }

  private async answer({ method, url = '' }: IncomingMessage, response: ServerResponse): Promise<void> {
    if (pathOf(url) !== PATH) return refuse(response, 404, `The metrics are at ${PATH}.`);
    if (method !== 'GET' && method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      return refuse(response, 405, 'The metrics can only be read.');
    }
    if (!this.source) return refuse(response, 503, 'The service starts.');
    try {
      const text = await this.source();
      response.writeHead(200, { 'content-type': CONTENT_TYPE, 'cache-control': 'no-store' }).end(text);
    } catch (error) {
      this.logger.error({ err: error }, 'the metrics cannot be read');
      refuse(response, 503, 'The metrics cannot be read.');
    }
  }
}

function refuse(response: ServerResponse, status: number, sentence: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${sentence}\n`);
}
