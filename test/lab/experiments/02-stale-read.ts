import { experiment } from './experiment';
import { describeDone, describeSeen } from './scene';

const BEFORE = 10_000;
const AMOUNT = 20_000;

export const staleRead = experiment({
  number: 2,
  name: 'stale-read',
  title: { en: 'The stale read, step by step', es: 'La lectura obsoleta, paso a paso' },
  question: {
    en: 'A reader has loaded a balance of 10,000 and is slow to store it. Meanwhile a recharge of 20,000 is committed, the key is deleted, and the rider is told. What does the next read show?',
    es: 'Un lector cargó un saldo de 10.000 y tarda en guardarlo. Mientras tanto se confirma una recarga de 20.000, se borra la clave y se avisa al usuario. ¿Qué muestra la siguiente lectura?',
  },
  prediction: {
    options: [
      { en: '30,000 in both cities.', es: '30.000 en las dos ciudades.' },
      {
        en: '10,000 in the plain city, 30,000 in ours.',
        es: '10.000 en la ciudad simple, 30.000 en la nuestra.',
      },
      {
        en: '10,000 in both, until the time to live is over.',
        es: '10.000 en las dos, hasta que termine el tiempo de vida.',
      },
    ],
    right: 1,
  },
  steps: {
    miss: {
      en: 'A reader misses, loads the balance, and stands still before it stores it.',
      es: 'Un lector falla, carga el saldo y se detiene antes de guardarlo.',
    },
    write: {
      en: 'A recharge is committed by another process, evicts the key, and is acknowledged.',
      es: 'Otro proceso confirma una recarga, desaloja la clave y responde.',
    },
    fresh: {
      en: 'A second reader misses, loads the new balance and stores it.',
      es: 'Un segundo lector falla, carga el saldo nuevo y lo guarda.',
    },
    store: {
      en: 'The first reader goes on, and wants to store what it loaded before the recharge.',
      es: 'El primer lector continúa y quiere guardar lo que cargó antes de la recarga.',
    },
    read: { en: 'The balance is read again.', es: 'El saldo se lee otra vez.' },
  },
  explanation: {
    en: 'The DEL came too early: it deleted nothing that was dangerous, because the old value was not stored yet. The plain SET asks no question, so the old value is there until its time to live is over. Ours gives a reader who misses a lease, and the write takes that lease away before it commits. A fill without its lease is refused, whenever it comes.',
    es: 'El DEL llegó demasiado pronto: no borró nada peligroso, porque el valor viejo aún no estaba guardado. El SET simple no pregunta nada, así que el valor viejo queda hasta que termine su tiempo de vida. La nuestra da un arrendamiento (lease) al lector que falla, y la escritura se lo quita antes de confirmar. Un guardado sin su arrendamiento se rechaza, llegue cuando llegue.',
  },
  breaksPlain: true,
  async run(scene) {
    const last = await scene.inBoth(async (city) => {
      const card = await city.createCard(BEFORE);
      const held = await scene.holdBeforeStore(city, 0, card);
      const reader = scene.read(city, 0, card);
      await held.reached;
      scene.step('miss', city);
      scene.step('write', city, describeDone(await city.recharge(city.process(1), card, AMOUNT)));
      scene.step('fresh', city, describeSeen(await scene.read(city, 1, card)));
      scene.step('store', city, await scene.letStore(city, 0, held, reader));
      const seen = await scene.read(city, 1, card);
      scene.step('read', city, describeSeen(seen));
      return seen.balance;
    });
    return [
      {
        name: {
          en: 'The balance that the last read showed (30,000 is right)',
          es: 'El saldo que mostró la última lectura (lo correcto es 30.000)',
        },
        ...last,
        plainBroke: last.plain === BEFORE,
        oursKept: last.ours === BEFORE + AMOUNT,
      },
      ...scene.verdict({ stale: true, backwards: true }),
    ];
  },
});
