import type { FastifyInstance } from 'fastify';
import { pathOf } from './request-target';

/** No card, telephone or document has a number as short as this. */
const SHORT_NUMBER = /^\d{1,6}$/;
const HIDDEN = '*';

/** Writes the paths of requests for the log. A caller may put anything into a path, such as an e-mail address. */
export class LoggedPaths {
  private readonly words = new Set(['api', 'v1']);

  /** Learns the words of which the paths of the service consist; called before routes are registered. */
  learn(server: FastifyInstance): void {
    server.addHook('onRoute', ({ url }) => {
      for (const part of url.split('/')) if (!part.startsWith(':')) this.words.add(part);
    });
  }

  /**
   * The path of a request, without its query.
   *
   * @param isFound says that an operation found what the path names, so that each part is a word or an id of the service. In
   * other paths only its words and short numbers are left.
   */
  write(target: string, isFound: boolean): string {
    const path = pathOf(target);
    return isFound
      ? path
      : path
          .split('/')
          .map((part) => this.writePart(part))
          .join('/');
  }

  private writePart(part: string): string {
    return this.words.has(part) || SHORT_NUMBER.test(part) ? part : HIDDEN;
  }
}
