import type { Job } from '../load/job';
import type { RunningServer } from './running-server';

type Addressed = Pick<RunningServer, 'url'>;

/** What is asked for, and the route that answers it. */
export interface Asked {
  readonly path: string;
  readonly route: string;
  /** What a load asks for, if it is more than the one path. */
  readonly load?: Pick<Job, 'path' | 'cards'>;
}

/** An answer as whoever asks has it, without what differs from one request to the next. */
interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The HTTP server adds these by itself. */
const OF_SERVER = ['connection', 'keep-alive', 'content-length', 'date', 'x-request-id'] as const;

/** What peers are to send: the bytes of the service, and each of its headers. */
export async function learnAnswer(
  server: Addressed,
  { path, route }: Asked,
): Promise<Readonly<Record<'PEER_ROUTE' | 'PEER_BODY' | 'PEER_HEADERS', string>>> {
  await ask(server, path);
  const { headers, body } = await ask(server, path);
  const own = Object.entries(headers).filter(([name]) => !OF_SERVER.some((one) => one === name));
  return { PEER_ROUTE: route, PEER_BODY: body, PEER_HEADERS: JSON.stringify(Object.fromEntries(own)) };
}

/** @throws when they send something else: what is compared has to be the same work. */
export async function requireSameAnswers(servers: readonly Addressed[], path: string): Promise<void> {
  const [first, ...others] = await Promise.all(
    servers.map(async (server) => {
      // So that it is cached.
      await ask(server, path);
      return describe(await ask(server, path));
    }),
  );
  for (const other of others) {
    if (other !== first) throw new Error(`the answers to ${path} differ: ${first}\n${other}`);
  }
}

/** The age and what the server adds are there, whatever they say. */
function describe({ status, headers, body }: Answer): string {
  const lines = Object.entries(headers).map(([name, value]) =>
    name === 'age' || OF_SERVER.some((one) => one === name) ? name : `${name}: ${value}`,
  );
  return [status, ...lines.toSorted(), body].join('\n');
}

async function ask({ url }: Addressed, path: string): Promise<Answer> {
  const answer = await fetch(url + path);
  const { ok, status } = answer;
  if (!ok) throw new Error(`${path} answers ${status}`);
  return { status, headers: Object.fromEntries(answer.headers), body: await answer.text() };
}
