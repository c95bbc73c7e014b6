import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { StartupError } from '../../../src/common/program/startup-error';
import { CommandError } from '../command';
import { EXPERIMENTS } from '../experiments/experiments';
import { BusyError, type Lab } from '../lab';
import type { CommandText, Lessons } from '../shapes';
import { PROGRAMS } from '../stepper';
import { ApiError, readJson, sendJson, sendProblem } from './answers';
import { streamEvents } from './event-stream';
import { sendAsset, sendPage } from './pages';

const HOST = '127.0.0.1';
const MOST_SECONDS = 3_600;

type Handler = (request: IncomingMessage, response: ServerResponse, part: string) => unknown;

interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: RegExp;
  readonly handle: Handler;
}

/** The lab's own API and its pages, on the loopback interface only. */
export class LabApi {
  private answer = (_request: IncomingMessage, response: ServerResponse): void =>
    sendProblem(response, new ApiError(503, 'the lab is being started'));

  private constructor(
    private readonly server: Server,
    /** Of the pages; that of the API is `/lab` below it. */
    readonly url: string,
  ) {}

  /**
   * Takes the port, before everything else is started.
   *
   * @throws StartupError when the port is in use.
   */
  static async open(port: number): Promise<LabApi> {
    const server = createServer((request, response) => api.answer(request, response));
    server.listen(port, HOST);
    await once(server, 'listening').catch((error: unknown) => {
      throw new StartupError(
        `the lab cannot listen on port ${port} (see --port): ${(error as Error).message}`,
      );
    });
    const { port: actual } = server.address() as AddressInfo;
    const api = new LabApi(server, `http://${HOST}:${actual}`);
    return api;
  }

  serve(lab: Lab): void {
    const routes = [...routesOf(lab), ...PAGES];
    this.answer = (request, response) => void answer(routes, request, response);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

function routesOf(lab: Lab): readonly Route[] {
  return [
    { method: 'GET', path: /^\/lab\/?$/, handle: (_, response) => sendJson(response, 200, OVERVIEW) },
    { method: 'GET', path: /^\/lab\/state$/, handle: (_, response) => sendJson(response, 200, lab.state) },
    { method: 'GET', path: /^\/lab\/events$/, handle: (_, response) => streamEvents(lab, response) },
    {
      method: 'GET',
      path: /^\/lab\/commands$/,
      handle: (_, response) => {
        const commands: CommandText[] = lab.commands.map(({ name, usages, text }) => ({
          name,
          usages,
          text,
        }));
        sendJson(response, 200, { commands });
      },
    },
    {
      method: 'POST',
      path: /^\/lab\/commands$/,
      handle: async (request, response) => {
        const { command } = await readJson(request);
        if (typeof command !== 'string') throw new ApiError(422, 'command must be a text');
        await lab.perform(command);
        sendJson(response, 200, { command, state: lab.state });
      },
    },
    {
      method: 'GET',
      path: /^\/lab\/experiments$/,
      handle: (_, response) => {
        // Functions are left out of JSON.
        const lessons: Lessons = {
          experiments: EXPERIMENTS,
          programs: PROGRAMS,
          outcomes: Object.fromEntries(lab.outcomes),
        };
        sendJson(response, 200, lessons);
      },
    },
    {
      method: 'GET',
      path: /^\/lab\/experiments\/([\w-]+)\/runs\/latest$/,
      handle: (_, response, name) => {
        const outcome = lab.outcomes.get(name);
        if (!outcome) throw new ApiError(404, `the experiment ${name} was not done yet`);
        sendJson(response, 200, outcome);
      },
    },
    {
      method: 'POST',
      path: /^\/lab\/experiments\/([\w-]+)\/runs$/,
      handle: async (request, response, name) => {
        const { seconds = 0 } = await readJson(request);
        if (typeof seconds !== 'number' || !(seconds >= 0 && seconds <= MOST_SECONDS))
          throw new ApiError(422, `seconds must be a number from 0 to ${MOST_SECONDS}`);
        sendJson(response, 200, await lab.experiment(name, seconds));
      },
    },
  ];
}

const PAGES: readonly Route[] = [
  {
    method: 'GET',
    path: /^\/assets\/([^/]+)$/,
    handle: (_, response, name) => sendAsset(response, name),
  },
  { method: 'GET', path: /^\/(?!lab(\/|$)|assets\/)/, handle: (_, response) => sendPage(response) },
];

const OVERVIEW = {
  state: 'GET /lab/state',
  events: 'GET /lab/events (server-sent events: state, offence, step, outcome, command)',
  commands: 'GET /lab/commands; POST /lab/commands {"command": "link plain-1 redis delay 50"}',
  experiments:
    'GET /lab/experiments; POST /lab/experiments/{name}/runs {"seconds": 0}; GET /lab/experiments/{name}/runs/latest',
};

async function answer(
  routes: readonly Route[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    admit(request);
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    const path = new URL(request.url ?? '/', 'http://lab').pathname;
    const here = routes.filter((route) => route.path.test(path));
    const route = here.find(({ method }) => method === request.method);
    if (!route)
      throw new ApiError(here.length > 0 ? 405 : 404, `there is no ${request.method ?? ''} ${path}`);
    await route.handle(request, response, route.path.exec(path)?.[1] ?? '');
  } catch (error) {
    if (response.headersSent) response.destroy();
    else sendProblem(response, toApiError(error));
  }
}

/** Of every response: no other site's page may use one, as a picture or as anything else. */
const HEADERS = {
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
} as const;

/**
 * Who may ask: programs of this machine, and the lab's own pages. Another page that a browser shows must not be able to end
 * processes here, not even by a name of its own for this address (DNS rebinding).
 */
function admit({ headers: { host = '', origin } }: IncomingMessage): void {
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host)) throw new ApiError(403, 'ask 127.0.0.1');
  if (origin !== undefined && origin !== `http://${host}`)
    throw new ApiError(403, 'this page may not ask the lab');
}

function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof BusyError) return new ApiError(409, error.message);
  if (error instanceof CommandError) return new ApiError(422, error.message);
  return new ApiError(500, error instanceof Error ? error.message : String(error));
}
