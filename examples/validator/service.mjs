import { setTimeout as sleep } from 'node:timers/promises';

const LONGEST_PAUSE_MS = 60_000;

/** The service refused a request. */
class Refusal extends Error {
  constructor(status, code, retryAfterMs) {
    super(`${status} ${code}`);
    Object.assign(this, { status, code, retryAfterMs });
  }
}

/** Talks to the service with the key of the device. */
export class Service {
  constructor({ url, key, timeoutMs, pauseMs }) {
    Object.assign(this, { url, key, timeoutMs, pauseMs });
  }

  get(path) {
    return this.send('GET', path);
  }

  post(path, body) {
    return this.send('POST', path, body);
  }

  /** @throws Refusal, or another Error if nothing was answered: then nobody knows whether it was done. */
  async send(method, path, body) {
    const headers = { authorization: `Bearer ${this.key}`, 'content-type': 'application/json' };
    const response = await fetch(this.url + path, {
      method,
      headers: body ? headers : { authorization: headers.authorization },
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(this.timeoutMs),
    });
    if (response.ok) return response.json();
    const { code } = await response.json().catch(() => ({ code: 'unknown' }));
    throw new Refusal(response.status, code, 1_000 * Number(response.headers.get('retry-after') ?? 0));
  }

  /**
   * Does something again until it succeeds. It waits for as long as the service asks, and otherwise twice as long each time, by chance a bit
   * less: when the service comes back, not all devices of a city come at once.
   */
  async persist(work) {
    for (let pause = this.pauseMs; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
      try {
        return await work();
      } catch (error) {
        console.error(`not done, which is tried again: ${error.message}`);
        await sleep(Math.max(error.retryAfterMs || 0, pause * (0.75 + Math.random() / 4)));
      }
    }
  }
}
