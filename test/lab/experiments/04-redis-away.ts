import { randomUUID } from 'node:crypto';
import { headersOf } from '../plain-city/variant';
import { balanceKeyOf, type City } from '../world/city';
import { experiment } from './experiment';
import { describeDone, describeSeen } from './scene';

const BEFORE = 10_000;
const AMOUNT = 20_000;

export const redisAway = experiment({
  number: 4,
  name: 'redis-away',
  title: {
    en: 'Redis goes away in the middle of a write',
    es: 'Redis se va en medio de una escritura',
  },
  question: {
    en: 'A recharge has changed the database when its process loses Redis. It can ignore that, or answer with an error. What is right?',
    es: 'Una recarga ya cambió la base de datos cuando su proceso pierde a Redis. Puede ignorarlo o responder con un error. ¿Qué está bien?',
  },
  prediction: {
    options: [
      { en: 'Ignore it: the recharge is done.', es: 'Ignorarlo: la recarga está hecha.' },
      {
        en: 'Answer with an error, and let the caller repeat.',
        es: 'Responder con un error, y que se repita.',
      },
      {
        en: 'Neither: one shows an old balance, the other is paid twice.',
        es: 'Ninguna: una muestra un saldo viejo, la otra se paga dos veces.',
      },
    ],
    right: 2,
  },
  steps: {
    filled: { en: 'The balance is in the cache.', es: 'El saldo está en la caché.' },
    cut: {
      en: 'A recharge is under way (plain: committed, not yet deleted; ours: marked, not yet committed). The link of its process to Redis is cut.',
      es: 'Hay una recarga en curso (simple: confirmada, aún sin borrar; la nuestra: marcada, aún sin confirmar). Se corta el enlace de su proceso a Redis.',
    },
    acknowledged: {
      en: 'The recharge is acknowledged; the plain city ignores that the DEL failed.',
      es: 'La recarga se confirma; la ciudad simple ignora que el DEL falló.',
    },
    read: {
      en: 'Another process, which still has Redis, is asked.',
      es: 'Se pregunta a otro proceso, que aún tiene a Redis.',
    },
    again: {
      en: 'A second recharge, on another card, while the link is cut; the plain city answers with an error now.',
      es: 'Una segunda recarga, en otra tarjeta, con el enlace cortado; la ciudad simple responde ahora con un error.',
    },
    repeated: {
      en: 'The caller repeats it at another process, with the same Idempotency-Key.',
      es: 'Quien llama la repite en otro proceso, con la misma Idempotency-Key.',
    },
  },
  explanation: {
    en: 'After COMMIT it is too late to find out that the cache cannot be told. Ours tells it before COMMIT: the mark stands until somebody knows how the transaction ended, whatever happens to its writer. If the mark cannot be set, the write is rolled back, a fence in PostgreSQL switches the cache off for everybody, and the write runs again. The caller gets no error for the sake of a cache; and if it repeats, the key makes it one recharge.',
    es: 'Después del COMMIT es tarde para descubrir que no se le puede avisar a la caché. La nuestra avisa antes del COMMIT: la marca queda hasta que alguien sepa cómo terminó la transacción, le pase lo que le pase a quien escribe. Si la marca no se puede poner, la escritura se deshace, una cerca (fence) en PostgreSQL apaga la caché para todos, y la escritura se ejecuta otra vez. Quien llama no recibe un error por culpa de una caché; y si repite, la clave hace que sea una sola recarga.',
  },
  breaksPlain: true,
  async run(scene) {
    const results = await scene.inBoth(async (city) => {
      const read = await acknowledgedWithout(city);
      return { read, ...(await repeated(city)) };
    });
    async function acknowledgedWithout(city: City): Promise<number> {
      const card = await city.createCard(BEFORE);
      await scene.fill(city, 1, card);
      scene.step('filled', city);
      const held = await city.hold(city.process(0), {
        point: city.name === 'ours' ? 'after mark' : 'after commit',
        ...(city.name === 'plain' && { subject: balanceKeyOf(card) }),
      });
      const writing = city.recharge(city.process(0), card, AMOUNT, headersOf({ onCacheError: 'ignore' }));
      await held.reached;
      await city.process(0).links.redis.cut();
      scene.step('cut', city);
      held.release();
      scene.step('acknowledged', city, describeDone(await writing));
      const seen = await scene.read(city, 1, card);
      scene.step('read', city, describeSeen(seen));
      return seen.balance;
    }
    async function repeated(city: City): Promise<{ first: string; paid: number }> {
      const card = await city.createCard(0);
      const headers = { 'idempotency-key': randomUUID(), ...headersOf({ onCacheError: 'fail' }) };
      const first = describeDone(await city.recharge(city.process(0), card, AMOUNT, headers));
      scene.step('again', city, first);
      scene.step('repeated', city, describeDone(await city.recharge(city.process(1), card, AMOUNT, headers)));
      await scene.read(city, 1, card);
      return { first, paid: await scene.timesPaid(city, card) };
    }
    const { plain, ours } = results;
    return [
      {
        name: {
          en: 'The failed DEL ignored: what was read after the acknowledgement (30,000 is right)',
          es: 'El DEL fallido ignorado: lo leído después de la confirmación (lo correcto es 30.000)',
        },
        plain: plain.read,
        ours: ours.read,
        plainBroke: plain.read === BEFORE,
        oursKept: ours.read === BEFORE + AMOUNT,
      },
      {
        name: {
          en: 'Without Redis, the recharge was answered',
          es: 'Sin Redis, la recarga se respondió con',
        },
        plain: plain.first,
        ours: ours.first,
        oursKept: ours.first.startsWith('201'),
      },
      {
        name: {
          en: 'How often that recharge was paid, when the caller had repeated it',
          es: 'Cuántas veces se pagó esa recarga, cuando quien llama la repitió',
        },
        plain: plain.paid,
        ours: ours.paid,
        plainBroke: plain.paid === 2,
        oursKept: ours.paid === 1,
      },
      ...scene.verdict({ stale: true }),
    ];
  },
});
