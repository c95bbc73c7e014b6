import { require, until } from './broken.mjs';
import { faults } from './proxy.mjs';
import { FIRST_PAUSE_MS, isBatch, isCollection, isHotlist, isTaps } from './trial.mjs';

const always = () => true;
const FOREVER = Infinity;
const HOUR_MS = 3_600_000;
const CARD_OF_NOBODY = 9_000_000_000_000_000;

/** What a device must do, one thing after the other. Each is tried with a new device that is not started yet. */
export const REQUIREMENTS = [
  {
    name: 'reports',
    says: 'Each tap is reported under the next of the numbers 1, 2, 3, …, with the key of the device.',
    async holds(trial) {
      const cards = await trial.city.cards(3);
      trial.device.start();
      await trial.tapAll(cards);
      await trial.untilChargedOnce(cards);
      const numbers = [...new Set(trial.sent.map(({ sequence }) => sequence))];
      require(numbers.join() === '1,2,3', `the taps have the numbers ${numbers.join()}`);
      const isStranger = trial.proxy.requests.some(({ key }) => key !== `Bearer ${trial.key}`);
      require(!isStranger, 'a request did not show the key of the device');
    },
  },
  {
    name: 'hotlist',
    says: 'A card on the hotlist is refused, and let in again when it has left the list. The refusal is reported, too.',
    async holds(trial) {
      const [card] = await trial.city.cards(1);
      trial.device.start();
      await trial.untilListed();
      await trial.city.setStatus(card, 'blocked');
      await trial.untilListed();
      require(!(await trial.device.tap(card.card_number)), 'a card on the hotlist was let in');
      await until(
        () => trial.sent.some(({ decision }) => decision === 'refused'),
        'the refused tap was not reported as refused',
      );
      const other = await trial.city.card();
      await trial.city.setStatus(other, 'blocked');
      await trial.untilListed();
      await trial.city.setStatus(other, 'active');
      await trial.untilListed();
      require(await trial.device.tap(other.card_number), 'a card that has left the hotlist was refused');
    },
  },
  {
    name: 'hotlist-kept',
    says: 'A device that starts without a network still knows the hotlist.',
    async holds(trial) {
      const [card] = await trial.city.cards(1);
      await trial.city.setStatus(card, 'blocked');
      trial.device.start();
      await trial.untilListed();
      await trial.device.cutPower();
      trial.proxy.plan(faults.loseRequest(), always, FOREVER);
      trial.device.start();
      require(!(await trial.device.tap(card.card_number)), 'a card on the hotlist was let in');
    },
  },
  {
    name: 'hotlist-checksum',
    says: 'If the checksum shows that its hotlist is another one, the device fetches the whole list.',
    async holds(trial) {
      const [card] = await trial.city.cards(1);
      trial.device.start();
      await trial.untilListed();
      const isChange = ({ path }) => path.startsWith('/hotlist?since=');
      const withoutAdded = faults.change((body) => ({ ...body, add: [] }));
      const mend = trial.proxy.plan(withoutAdded, isChange, FOREVER);
      await trial.city.setStatus(card, 'blocked');
      await trial.untilListed();
      mend();
      require(!(await trial.device.tap(
        card.card_number,
      )), 'a card was let in that was left out of a change, as the checksum shows');
    },
  },
  {
    name: 'offline',
    says: 'Without a network the gate goes on. The taps are reported later, in the order of their numbers.',
    async holds(trial) {
      const cards = await trial.city.cards(4);
      const connect = trial.proxy.plan(faults.loseRequest(), always, FOREVER);
      trial.device.start();
      await trial.tapAll(cards);
      connect();
      await trial.untilChargedOnce(cards);
      const numbers = trial.sent.filter(({ batch }) => batch.answer).map(({ sequence }) => sequence);
      const inOrder = numbers.toSorted((one, other) => one - other);
      require(numbers.join() === inOrder.join(), `the taps came in the order ${numbers.join()}`);
    },
  },
  {
    name: 'silence',
    says: 'The gate does not wait for a service that does not answer; such a request is given up, and sent again.',
    async holds(trial) {
      const cards = await trial.city.cards(2);
      let release = () => undefined;
      const released = new Promise((resolve) => (release = resolve));
      trial.proxy.plan(faults.keepSilent(released), isTaps, 1);
      trial.proxy.plan(faults.keepSilent(released), isHotlist, 1);
      trial.device.start();
      await trial.tapAll(cards);
      await trial.untilChargedOnce(cards);
      release();
    },
  },
  {
    name: 'lost-request',
    says: 'A batch whose connection broke before the service had it is sent again.',
    holds: (trial) => chargedOnceIn(trial, faults.loseRequest()),
  },
  {
    name: 'lost-answer',
    says: 'A batch whose answer was lost is sent again as it was, and charges nobody twice.',
    holds: (trial) => chargedOnceIn(trial, faults.loseAnswer()),
  },
  {
    name: 'cut-answer',
    says: 'An answer that ends in its middle counts as lost.',
    holds: (trial) => chargedOnceIn(trial, faults.cutAnswer()),
  },
  {
    name: 'retry-after',
    says: 'After 429 or 503 the device does not send again before the time of Retry-After.',
    async holds(trial) {
      const cards = await trial.city.cards(1);
      trial.proxy.plan(faults.refuse(429, 'too_many_requests', { 'retry-after': '2' }), isBatch, 1);
      trial.proxy.plan(faults.refuse(503, 'overloaded', { 'retry-after': '1' }), isBatch, 1);
      trial.device.start();
      await trial.tapAll(cards);
      await trial.untilChargedOnce(cards);
      const [first, second, third] = trial.proxy.requests.filter(isTaps).filter(({ at }, index, all) => {
        const begin = all.find(isBatch).at;
        return at >= begin;
      });
      requirePause(first, second, 2_000);
      requirePause(second, third, 1_000);
    },
  },
  {
    name: 'back-off',
    says: 'Without Retry-After the device waits longer each time.',
    async holds(trial) {
      const cards = await trial.city.cards(1);
      const mend = trial.proxy.plan(faults.refuse(503, 'database_away'), isBatch, FOREVER);
      trial.device.start();
      await trial.tapAll(cards);
      const batches = await trial.untilMet(isBatch, 5);
      mend();
      requirePause(batches[3], batches[4], 2 * FIRST_PAUSE_MS);
      await trial.untilChargedOnce(cards);
    },
  },
  {
    name: 'refused-key',
    says: 'While its key is refused, the device keeps its taps, and reports them when it is accepted again.',
    async holds(trial) {
      const cards = await trial.city.cards(2);
      const mend = trial.proxy.plan(faults.refuse(401, 'key_expired'), isTaps, FOREVER);
      trial.device.start();
      await trial.tapAll(cards);
      await trial.untilMet(isTaps, 2);
      mend();
      await trial.untilChargedOnce(cards);
    },
  },
  {
    name: 'other-answer',
    says: 'An answer that another one has given, such as a Wi-Fi that asks people to sign in, counts for nothing.',
    holds: (trial) => chargedOnceIn(trial, faults.answer(200, { welcome: 'Please sign in' })),
  },
  {
    name: 'killed',
    says: 'A device that is killed after the gate has opened, before it has sent the tap, reports it when it starts again.',
    async holds(trial) {
      const cards = await trial.city.cards(3);
      const connect = trial.proxy.plan(faults.loseRequest(), always, FOREVER);
      for (const card of cards) {
        trial.device.start();
        await trial.tapAll([card]);
        await trial.device.kill();
      }
      connect();
      trial.device.start();
      await trial.untilChargedOnce(cards);
    },
  },
  {
    name: 'killed-while-sending',
    says: 'A device that is killed while it sends, or before it has noted the answer, reports each tap and charges nobody twice.',
    async holds(trial) {
      const cards = await trial.city.cards(2);
      for (const [index, fault] of [faults.loseRequest(), faults.loseAnswer()].entries()) {
        let isKilled = () => undefined;
        const killed = new Promise((resolve) => (isKilled = resolve));
        // The connection breaks only when the device is no longer there to notice.
        const thenKilled = async (given) => {
          const cut = async () => {
            await trial.device.kill();
            isKilled(null);
            given.cut();
          };
          await fault({ ...given, cut });
        };
        trial.proxy.plan(thenKilled, isBatch, 1);
        trial.device.start();
        await trial.tapAll([cards[index]]);
        await killed;
      }
      trial.device.start();
      await trial.untilChargedOnce(cards);
    },
  },
  {
    name: 'power-cut',
    says: 'What the gate has opened for survives a power cut, and a torn last line does not keep the device from starting.',
    isOfNode: true,
    async holds(trial) {
      const cards = await trial.city.cards(4);
      const connect = trial.proxy.plan(faults.loseRequest(), always, FOREVER);
      for (const half of [cards.slice(0, 2), cards.slice(2)]) {
        trial.device.start();
        await trial.tapAll(half);
        await trial.device.cutPower();
      }
      connect();
      trial.device.start();
      await trial.untilChargedOnce(cards);
    },
  },
  {
    name: 'old-image',
    says: 'A device that was restored from an old image asks which numbers it has used, and goes on behind them.',
    async holds(trial) {
      const cards = await trial.city.cards(4);
      trial.device.start();
      await trial.tapAll(cards.slice(0, 1));
      await trial.untilChargedOnce(cards.slice(0, 1));
      await trial.device.kill();
      const image = trial.device.image();
      trial.device.start();
      await trial.tapAll(cards.slice(1, 3));
      await trial.untilChargedOnce(cards.slice(0, 3));
      await trial.device.kill();
      trial.device.restore(image);
      const before = trial.proxy.requests.length;
      trial.device.start();
      await until(
        () => trial.proxy.requests.slice(before).some((request) => isTaps(request) && request.answer),
        'the device has not asked which numbers it has used',
      );
      await trial.untilQuiet();
      await trial.tapAll(cards.slice(3));
      await trial.untilChargedOnce(cards);
    },
  },
  {
    name: 'registered-anew',
    says: 'With the key of another device, it does not send again what it has reported as the one that it was.',
    async holds(trial) {
      const cards = await trial.city.cards(1);
      trial.device.start();
      await trial.tapAll(cards);
      await trial.untilChargedOnce(cards);
      await trial.device.kill();
      const { validator_id, key } = await trial.city.validator();
      Object.assign(trial.device.env, { VALIDATOR_ID: String(validator_id), VALIDATOR_KEY: key });
      trial.device.start();
      // It may refuse to go on, or begin anew.
      await Promise.race([trial.device.ended, trial.untilQuiet().catch(() => undefined)]);
      const fares = await trial.city.countPostings(cards[0], 'fare');
      require(fares === 1, `a card that was used once was charged ${fares} times`);
    },
  },
  {
    name: 'next-expected',
    says: 'What the service says that it has not received is sent again, also if it was answered before.',
    async holds(trial) {
      const cards = await trial.city.cards(3);
      // As if the service were restored to a time before this batch.
      const forgotten = async ({ request, give }) => {
        const results = request.body.taps.map(({ sequence }) => ({ sequence, outcome: 'rated' }));
        const last = Math.max(...results.map(({ sequence }) => sequence));
        const { validator_id } = trial;
        give(200, { validator_id, results, next_expected_sequence: last + 1, highest_sequence: last });
      };
      trial.proxy.plan(forgotten, isBatch, 1);
      trial.device.start();
      await trial.tapAll(cards.slice(0, 1));
      await trial.untilMet(isBatch);
      await trial.untilQuiet();
      await trial.tapAll(cards.slice(1));
      await until(
        async () => (await trial.city.countPostings(cards[0], 'fare')) > 0,
        'a tap that next_expected_sequence asked for was not sent again',
      );
      await trial.untilChargedOnce(cards);
    },
  },
  {
    name: 'batches',
    says: 'A batch has at most 1,000 taps and 512 KiB.',
    async holds(trial) {
      const connect = trial.proxy.plan(faults.loseRequest(), isTaps, FOREVER);
      trial.device.start();
      const count = 1_200;
      await Promise.all(
        Array.from({ length: count }, (_, n) => trial.device.tap(String(CARD_OF_NOBODY + n))),
      );
      connect();
      await until(
        () =>
          new Set(
            trial.sent.filter(({ batch }) => batch.answer?.status === 200).map(({ sequence }) => sequence),
          ).size === count,
        'not all taps were reported',
      );
      const batches = trial.proxy.requests.filter(isBatch);
      const isTooLarge = ({ body, bytes }) => body.taps.length > 1_000 || bytes > 512 * 1_024;
      require(!batches.some(isTooLarge), 'a batch was too large');
    },
  },
  {
    name: 'clock',
    says: 'A device whose clock is wrong reports its taps and sent_at by the same clock, so that its taps get their true time.',
    async holds(trial) {
      const [card] = await trial.city.cards(1);
      trial.device.env.VALIDATOR_CLOCK_SHIFT_MS = String(-HOUR_MS);
      trial.device.start();
      const tappedAt = Date.now();
      await trial.tapAll([card]);
      await trial.untilChargedOnce([card]);
      const [{ tapped_at }] = trial.sent;
      require(Date.parse(tapped_at) <
        Date.now() - HOUR_MS / 2, 'the device has not used the clock that it was given');
      const [trip] = await trial.city.trips(card);
      const error = Math.abs(Date.parse(trip.boarding_time) - tappedAt);
      require(error <
        HOUR_MS / 2, `the tap was charged ${Math.round(error / 60_000)} minutes away from its time`);
    },
  },
  {
    name: 'action',
    says: 'A recharge that waits for a validator is collected when the card is used, and said again until that is answered.',
    async holds(trial) {
      const cards = await Promise.all([trial.city.card(), trial.city.card()]);
      const [action, other] = [
        await trial.city.waitingRecharge(cards[0], 7_000),
        await trial.city.waitingRecharge(cards[1], 5_000),
      ];
      trial.device.start();
      await trial.untilQuiet();
      await until(
        () =>
          trial.proxy.requests.some(
            ({ path, answer }) => path.startsWith('/actions') && answer?.status === 200,
          ),
        'the device has not fetched the actions',
      );
      await trial.untilQuiet();
      require(!trial.proxy.requests.some(isCollection), 'an action was collected without its card');
      trial.proxy.plan(faults.loseAnswer(), isCollection, 1);
      await trial.tapAll(cards.slice(0, 1));
      await trial.untilMet(isCollection, 2);
      await trial.untilChargedOnce(cards.slice(0, 1));
      const loads = await trial.city.countPostings(cards[0], 'load');
      require(loads === 1, `a recharge was loaded ${loads} times`);
      const { path } = trial.proxy.requests.find(isCollection);
      require(path === `/actions/${action}/collection`, `${path} is the action of another card`);
      const { status } = await trial.city.ask('GET', `/actions/${other}`);
      require(status === 'pending', 'an action was collected without its card');
    },
  },
];

/** The first batch of some taps meets a fault; afterwards all is well. */
async function chargedOnceIn(trial, fault) {
  const cards = await trial.city.cards(2);
  trial.proxy.plan(fault, isBatch, 1);
  trial.device.start();
  await trial.tapAll(cards);
  await trial.untilChargedOnce(cards);
}

/** A slow machine only makes pauses longer. The two clocks may differ by a little. */
function requirePause(one, other, leastMs) {
  const pause = Math.round(other.at - one.at);
  require(pause >= 0.95 * leastMs, `the device has sent again after ${pause} ms, and not after ${leastMs}`);
}
