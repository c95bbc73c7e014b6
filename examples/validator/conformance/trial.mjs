import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Broken, require, until } from './broken.mjs';
import { Device } from './device.mjs';

/** Short times, so that a trial takes seconds. A device may take them from the environment. */
export const EVERY_MS = 200;
export const FIRST_PAUSE_MS = 100;
export const TIMEOUT_MS = 3_000;

export const isTaps = ({ method, path }) => method === 'POST' && path === '/taps';
/** A batch that has taps: an empty one only says that the device is there. */
export const isBatch = (request) => isTaps(request) && request.body?.taps?.length > 0;
export const isHotlist = ({ path }) => path.startsWith('/hotlist');
export const isCollection = ({ path }) => /^\/actions\/\d+\/collection$/.test(path);
const isDone = ({ answer }) => [200, 304].includes(answer?.status);

/** One device, new and not started, its way to the service, and what is asked about both. */
export class Trial {
  static async begin({ city, proxy, proxyUrl, command }) {
    const { validator_id, key } = await city.validator();
    const folder = mkdtempSync(join(tmpdir(), 'validator-trial-'));
    const device = new Device(command, folder, {
      VALIDATOR_URL: proxyUrl,
      VALIDATOR_KEY: key,
      VALIDATOR_ID: String(validator_id),
      VALIDATOR_EVERY_MS: String(EVERY_MS),
      VALIDATOR_PAUSE_MS: String(FIRST_PAUSE_MS),
      VALIDATOR_TIMEOUT_MS: String(TIMEOUT_MS),
    });
    proxy.reset();
    return new Trial({ city, proxy, device, folder, validator_id, key });
  }

  constructor(parts) {
    Object.assign(this, parts);
  }

  async end() {
    if (this.device.child) await this.device.kill();
    rmSync(this.folder, { recursive: true });
  }

  /** Holds cards to the device, each of which must be let in. */
  async tapAll(cards) {
    for (const { card_number } of cards)
      require(await this.device.tap(card_number), 'a card that is on no list was refused');
  }

  /** All taps that the device has sent, with the batch in which they were. */
  get sent() {
    return this.proxy.requests
      .filter(isBatch)
      .flatMap((batch) => batch.body.taps.map((tap) => ({ ...tap, batch })));
  }

  /** Waits until the device has had an answer to the taps of cards; each card must then be charged for one ride, no more and no less. */
  async untilChargedOnce(cards) {
    for (const { card_number } of cards)
      await until(
        () => this.sent.some((tap) => tap.card_number === card_number && isDone(tap.batch)),
        'a tap for which the gate has opened was lost: it was not reported',
      );
    await this.untilQuiet();
    const waiting = await this.city.suspended(this.validator_id);
    const reasons = [...new Set(waiting.map(({ reason }) => reason))].join(', ');
    require(waiting.length === 0, `taps wait for a person: ${reasons}`);
    for (const card of cards) {
      const fares = await this.city.countPostings(card, 'fare');
      require(fares === 1, `a card that was used once was charged ${fares} times`);
    }
    this.requireSameContent();
  }

  /** A number names one tap for ever. */
  requireSameContent() {
    const known = new Map();
    for (const { batch: _, ...tap } of this.sent) {
      const before = known.get(tap.sequence) ?? tap;
      known.set(tap.sequence, before);
      require(JSON.stringify(before) ===
        JSON.stringify(tap), `the number ${tap.sequence} was sent with other content`);
    }
  }

  /** Waits until the device has nothing under way, as far as can be seen from outside: it has fetched its lists twice more. */
  async untilQuiet() {
    const count = () => this.proxy.requests.filter((request) => isHotlist(request) && isDone(request)).length;
    const before = count();
    await until(() => count() >= before + 2, 'the device has not fetched the hotlist again');
  }

  /** Waits until the device has everything that is on the hotlist now. */
  async untilListed() {
    const { version } = await this.city.ask('GET', '/hotlist?since=0');
    await until(
      () =>
        this.proxy.requests.some((it) => isHotlist(it) && isDone(it) && it.answer.body?.version >= version),
      'the device has not fetched the hotlist',
    );
    // Its answer has been sent; the device may still be reading it.
    await this.untilQuiet();
  }

  /** Waits until the device has sent something that this fault has met. */
  async untilMet(applies, count = 1) {
    return until(
      () => this.proxy.requests.filter(applies).length >= count && this.proxy.requests.filter(applies),
      'the device has not sent again what was not answered',
    );
  }
}

/** Runs one requirement with a new device. Returns what is broken, in words; null if it holds. */
export async function tryOut(requirement, parts) {
  const trial = await Trial.begin(parts);
  try {
    await requirement.holds(trial);
    return null;
  } catch (error) {
    if (error instanceof Broken) return { words: error.message, output: trial.device.output };
    throw error;
  } finally {
    await trial.end();
  }
}
