import { setTimeout as sleep } from 'node:timers/promises';
import { headersOf } from '../plain-city/variant';
import { experiment } from './experiment';
import { describeSeen } from './scene';

const BEFORE = 10_000;
const AMOUNT = 20_000;
const TTL_MS = 2_000;
const BETWEEN_READS_MS = 25;
/** A value that does not expire is a fault of the lab. */
const LIMIT_MS = TTL_MS + 8_000;

export const ttl = experiment({
  number: 8,
  name: 'ttl',
  title: { en: 'Time to live instead of eviction', es: 'Tiempo de vida en lugar de desalojo' },
  question: {
    en: 'Nothing is deleted: each value simply expires after two seconds. How old is what a rider sees after a recharge?',
    es: 'No se borra nada: cada valor simplemente vence a los dos segundos. ¿Qué tan viejo es lo que ve un usuario después de una recarga?',
  },
  prediction: {
    options: [
      { en: 'Two seconds at most, and often.', es: 'Hasta dos segundos, y a menudo.' },
      { en: 'Hardly ever old.', es: 'Casi nunca viejo.' },
      { en: 'As old as the slowest request.', es: 'Tan viejo como la petición más lenta.' },
    ],
    right: 0,
  },
  steps: {
    fill: { en: 'The balance is stored for two seconds.', es: 'El saldo se guarda por dos segundos.' },
    write: {
      en: 'A recharge is acknowledged; the plain city deletes nothing.',
      es: 'Se confirma una recarga; la ciudad simple no borra nada.',
    },
    watch: {
      en: 'The balance is read until it is right; what counts is how long that took.',
      es: 'El saldo se lee hasta que es correcto; lo que cuenta es cuánto tardó.',
    },
  },
  explanation: {
    en: 'A time to live is a promise about age, not about truth: every value may be as old as it, and after a write nearly every one is. A shorter time makes the lie shorter and the cache worth less. In ours the time to live only bounds what writes do not change, and memory; a read after an acknowledged write is right at once.',
    es: 'Un tiempo de vida es una promesa sobre la edad, no sobre la verdad: todo valor puede ser tan viejo como él, y después de una escritura casi todos lo son. Un tiempo más corto acorta la mentira y le quita valor a la caché. En la nuestra el tiempo de vida solo limita lo que las escrituras no cambian, y la memoria; una lectura después de una escritura confirmada es correcta de inmediato.',
  },
  breaksPlain: true,
  async run(scene) {
    const oldest = await scene.inBoth(async (city) => {
      const card = await city.createCard(BEFORE);
      const headers = headersOf({ ttlMs: TTL_MS });
      await scene.read(city, 0, card, headers);
      scene.step('fill', city);
      await city.recharge(city.process(1), card, AMOUNT, headersOf({ evicts: 'never' }));
      const since = performance.now();
      scene.step('write', city);
      let oldestMs = 0;
      for (;;) {
        const seen = await scene.read(city, 0, card, headers);
        const isRight = seen.balance === BEFORE + AMOUNT;
        if (!isRight) oldestMs = Math.round(performance.now() - since);
        if (isRight || oldestMs > LIMIT_MS) {
          scene.step('watch', city, `${describeSeen(seen)}, ${oldestMs} ms`);
          return oldestMs;
        }
        await sleep(BETWEEN_READS_MS);
      }
    });
    return [
      {
        name: {
          en: 'How long after the acknowledgement the old balance was shown, ms',
          es: 'Cuánto tiempo después de la confirmación se mostró el saldo viejo, ms',
        },
        ...oldest,
        plainBroke: oldest.plain > 0,
        oursKept: oldest.ours === 0,
      },
      ...scene.verdict({ stale: true }),
    ];
  },
});
