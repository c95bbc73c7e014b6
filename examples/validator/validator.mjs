import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { openJournal } from './journal.mjs';
import { ListCopy } from './list-copy.mjs';
import { Service } from './service.mjs';
import { Taps } from './taps.mjs';

const MOST_TAPS = 500;
/** Of a collection: it was done, or never will be. */
const FINAL_CODES = ['action_returned', 'action_not_found', 'card_not_active'];

const env = process.env;
const everyMs = Number(env.VALIDATOR_EVERY_MS ?? 5_000);
const helloEveryMs = 60 * everyMs;
const folder = env.VALIDATOR_DATA ?? 'validator-data';
mkdirSync(folder, { recursive: true });

const service = new Service({
  url: env.VALIDATOR_URL ?? 'http://127.0.0.1:8000',
  key: env.VALIDATOR_KEY ?? '',
  timeoutMs: Number(env.VALIDATOR_TIMEOUT_MS ?? 20_000),
  pauseMs: Number(env.VALIDATOR_PAUSE_MS ?? 1_000),
});
/** Only where nobody asks for keys the device has to say which one it is. */
const itself = env.VALIDATOR_ID ? { validator_id: Number(env.VALIDATOR_ID) } : {};
const rules = { same_card_seconds: 2, refuses_hotlist_at: ['entry'], ...readJson('rules.json') };
const taps = new Taps(openJournal(join(folder, 'journal')));
const hotlist = new ListCopy(folder, 'hotlist', (number) => number);
const actions = new ListCopy(folder, 'actions', ({ action_id }) => String(action_id));
const lastSeen = new Map();

/** Decides about a card without asking anybody, and keeps the tap before it answers. */
function decide({ kind = 'entry', card_number, ...place }) {
  const last = lastSeen.get(card_number);
  // A card that is held to the reader a moment too long is no second tap.
  if (last?.kind === kind && performance.now() - last.at < 1_000 * rules.same_card_seconds) return last.open;
  const open = !(rules.refuses_hotlist_at.includes(kind) && hotlist.members.has(card_number));
  const tap = { kind, card_number, ...place, tapped_at: now(), decision: open ? 'accepted' : 'refused' };
  taps.add({ ...tap, hotlist_version: hotlist.version }, actionOf(card_number));
  lastSeen.set(card_number, { kind, open, at: performance.now() });
  return open;
}

/** Also for a card that is refused: it may be what pays its debt. */
function actionOf(cardNumber) {
  const isOpen = ({ card_number, expires_at }) => card_number === cardNumber && expires_at > now();
  return [...actions.members.values()].find(isOpen)?.action_id;
}

/** Sends what was not answered, in batches. An empty one says that the device is there, and asks what the service has of it. */
async function report() {
  let heardAt = -Infinity;
  for (;;) {
    // First it asks which numbers it has used, and whether the service knows it as the device that these taps are of.
    const batch = heardAt === -Infinity ? [] : taps.next(MOST_TAPS);
    if (batch.length === 0 && performance.now() - heardAt < helloEveryMs) {
      await sleep(everyMs);
      continue;
    }
    const answer = await service.persist(() => send(batch));
    taps.take(batch, answer);
    heardAt = performance.now();
  }
}

async function send(batch) {
  const body = { ...itself, sent_at: now(), hotlist_version: hotlist.version, taps: batch };
  const answer = await service.post('/taps', body);
  // The Wi-Fi of a bus answers, too, before somebody has signed in.
  if (answer.results?.length !== batch.length) throw new Error('another one has answered');
  return answer;
}

async function updateLists() {
  for (;;) {
    for (const list of [hotlist, actions])
      await service.persist(() => list.update((path) => service.get(path)));
    await sleep(everyMs);
  }
}

async function collect() {
  for (;;) {
    for (const id of taps.loads) {
      await service.persist(async () => {
        const refused = await service.post(`/actions/${id}/collection`).catch((error) => error);
        if (refused instanceof Error && !FINAL_CODES.includes(refused.code)) throw refused;
      });
      taps.finishLoad(id);
    }
    await sleep(everyMs);
  }
}

/** The clock by which a batch is sent must be the one by which its taps were made. */
function now() {
  return new Date(Date.now() + Number(env.VALIDATOR_CLOCK_SHIFT_MS ?? 0)).toISOString();
}

function readJson(name) {
  const path = join(folder, name);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
}

createInterface({ input: process.stdin })
  .on('line', (line) => console.log(JSON.stringify({ open: decide(JSON.parse(line)) })))
  .on('close', () => process.exit());
// A device that cannot keep its taps must not open: an error ends it, and whoever watches over it starts it again.
await Promise.all([report(), updateLists(), collect()]);
