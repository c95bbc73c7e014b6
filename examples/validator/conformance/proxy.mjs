import { once } from 'node:events';
import { createServer } from 'node:http';

/** What can happen to a request on its way to the service, or to its answer on the way back. */
export const faults = {
  /** It is answered in place of the service, which does not hear of it. */
  answer:
    (status, body, headers = {}) =>
    ({ give }) =>
      give(status, body, headers),
  /** A refusal of the service, as a problem document. */
  refuse: (status, code, headers) => faults.answer(status, { type: 'about:blank', status, code }, headers),
  /** The connection breaks before the service has the request. */
  loseRequest:
    () =>
    async ({ cut }) =>
      cut(),
  /** The service has done it, and the connection breaks before the answer. */
  loseAnswer:
    () =>
    async ({ forward, cut }) => {
      await forward();
      cut();
    },
  /** The service has done it, and the connection breaks in the middle of the answer. */
  cutAnswer:
    () =>
    async ({ forward, giveHalf }) =>
      giveHalf(await forward()),
  /** Nothing is answered until `released`; then the connection breaks. */
  keepSilent:
    (released) =>
    async ({ cut }) => {
      await released;
      cut();
    },
  /** The body of the answer is another one. */
  change:
    (change) =>
    async ({ forward, give }) => {
      const { status, body } = await forward();
      give(status, change(structuredClone(body)));
    },
};

/** Stands between a device and the service, remembers what the device asks, and lets happen what a network lets happen. */
export class Proxy {
  constructor(target) {
    this.target = target;
    this.requests = [];
    this.planned = [];
    this.server = createServer((request, response) => void this.handle(request, response));
  }

  async open() {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${this.server.address().port}`;
  }

  close() {
    this.server.closeAllConnections();
    this.server.close();
  }

  /** Forgets what was asked, and what should happen. */
  reset() {
    this.requests = [];
    this.planned = [];
  }

  /** Lets a fault happen to the next requests to which it applies. Returns what ends it. */
  plan(fault, applies, times = 1) {
    const planned = { fault, applies, left: times };
    this.planned.push(planned);
    return () => void (planned.left = 0);
  }

  async handle(incoming, response) {
    const chunks = [];
    // A device that is killed breaks off in the middle of its request.
    try {
      for await (const chunk of incoming) chunks.push(chunk);
    } catch {
      return;
    }
    const text = Buffer.concat(chunks).toString();
    const request = {
      method: incoming.method,
      path: incoming.url,
      key: incoming.headers.authorization ?? '',
      bytes: Buffer.byteLength(text),
      body: parse(text),
      at: performance.now(),
      answer: null,
    };
    this.requests.push(request);
    const planned = this.planned.find(({ left, applies }) => left > 0 && applies(request));
    if (planned) planned.left -= 1;
    const give = (status, body, headers = {}) => {
      response.on('finish', () => (request.answer = { status, body }));
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(status === 304 || body === null ? undefined : JSON.stringify(body));
    };
    const cut = () => void response.destroy();
    const giveHalf = ({ status, body }) => {
      const whole = JSON.stringify(body);
      response.writeHead(status, { 'content-type': 'application/json', 'content-length': whole.length });
      response.write(whole.slice(0, whole.length / 2), () => response.destroy());
    };
    const forward = () => this.forward(incoming, text);
    if (planned) return planned.fault({ request, give, giveHalf, cut, forward });
    const { status, body, headers } = await forward().catch(() => ({ status: 502, body: null, headers: {} }));
    give(status, body, headers);
  }

  async forward({ method, url, headers }, text) {
    const passed = ['authorization', 'content-type', 'idempotency-key', 'if-none-match'];
    const response = await fetch(this.target + url, {
      method,
      headers: passed.filter((name) => headers[name]).map((name) => [name, headers[name]]),
      body: text === '' ? undefined : text,
    });
    const given = ['etag', 'retry-after'].filter((name) => response.headers.has(name));
    return {
      status: response.status,
      body: parse(await response.text()),
      headers: Object.fromEntries(given.map((name) => [name, response.headers.get(name)])),
    };
  }
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
