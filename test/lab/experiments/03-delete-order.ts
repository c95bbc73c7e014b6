import { headersOf } from '../plain-city/variant';
import { balanceKeyOf, type City } from '../world/city';
import { experiment } from './experiment';
import { describeDone, describeSeen } from './scene';

const BEFORE = 10_000;
const AMOUNT = 20_000;

export const deleteOrder = experiment({
  number: 3,
  name: 'delete-order',
  title: { en: 'Delete before COMMIT, or after it?', es: '¿Borrar antes del COMMIT o después?' },
  question: {
    en: 'If deleting after COMMIT is wrong, is deleting before COMMIT right?',
    es: 'Si borrar después del COMMIT está mal, ¿está bien borrar antes?',
  },
  prediction: {
    options: [
      { en: 'Yes: nothing old is left when it commits.', es: 'Sí: cuando confirma no queda nada viejo.' },
      {
        en: 'No: both orders leave an old value behind.',
        es: 'No: los dos órdenes dejan un valor viejo.',
      },
      {
        en: 'Deleting twice, before and after, is right.',
        es: 'Borrar dos veces, antes y después, está bien.',
      },
    ],
    right: 1,
  },
  steps: {
    evict: {
      en: 'A write has evicted the key (ours has marked it), and has not committed yet.',
      es: 'Una escritura desalojó la clave (la nuestra la marcó) y aún no ha confirmado.',
    },
    between: {
      en: 'A reader comes in between: it misses, loads the old balance, and stores it if it may.',
      es: 'Un lector llega en medio: falla, carga el saldo viejo y lo guarda si puede.',
    },
    commit: { en: 'The write commits and is acknowledged.', es: 'La escritura confirma y responde.' },
    read: { en: 'The balance is read.', es: 'Se lee el saldo.' },
    after: {
      en: 'Now the other order, delete after COMMIT: a reader has loaded, the write commits and deletes, the reader wants to store.',
      es: 'Ahora el otro orden, borrar después del COMMIT: un lector cargó, la escritura confirma y borra, el lector quiere guardar.',
    },
    again: { en: 'The balance is read.', es: 'Se lee el saldo.' },
  },
  explanation: {
    en: 'A write needs both: what is stored must go before COMMIT, and nothing old may come until after it. A deletion is a moment, and no moment is enough; deleting twice only makes the gap smaller. Ours sets a mark, which is a state: from before COMMIT until after it, readers load what they need and store nothing (BYPASS).',
    es: 'Una escritura necesita las dos cosas: lo guardado debe irse antes del COMMIT, y nada viejo puede entrar hasta después. Un borrado es un instante, y ningún instante basta; borrar dos veces solo hace más pequeño el hueco. La nuestra pone una marca, que es un estado: desde antes del COMMIT hasta después, los lectores cargan lo que necesitan y no guardan nada (BYPASS).',
  },
  breaksPlain: true,
  async run(scene) {
    const before = await scene.inBoth(async (city) => {
      const card = await city.createCard(BEFORE);
      const held = await city.hold(city.process(0), {
        point: city.name === 'ours' ? 'after mark' : 'after delete',
        // Ours calls a writer by its transaction: nobody else writes now.
        ...(city.name === 'plain' && { subject: balanceKeyOf(card) }),
      });
      const writing = city.recharge(city.process(0), card, AMOUNT, headersOf({ evicts: 'before' }));
      await held.reached;
      scene.step('evict', city);
      const between = await scene.read(city, 1, card);
      scene.step('between', city, describeSeen(between));
      held.release();
      scene.step('commit', city, describeDone(await writing));
      const seen = await scene.read(city, 1, card);
      scene.step('read', city, describeSeen(seen));
      return { between: between.cache, balance: seen.balance };
    });
    const after = await scene.inBoth((city) => deleteAfter(city));
    async function deleteAfter(city: City): Promise<number> {
      const card = await city.createCard(BEFORE);
      const held = await scene.holdBeforeStore(city, 0, card);
      const reader = scene.read(city, 0, card);
      await held.reached;
      const done = await city.recharge(city.process(1), card, AMOUNT);
      const stored = await scene.letStore(city, 0, held, reader);
      scene.step('after', city, `${describeDone(done)}, ${stored}`);
      const seen = await scene.read(city, 1, card);
      scene.step('again', city, describeSeen(seen));
      return seen.balance;
    }
    const right = BEFORE + AMOUNT;
    return [
      {
        name: {
          en: 'Deleted before COMMIT: what was read after the acknowledgement (30,000 is right)',
          es: 'Borrado antes del COMMIT: lo leído después de la confirmación (lo correcto es 30.000)',
        },
        plain: before.plain.balance,
        ours: before.ours.balance,
        plainBroke: before.plain.balance === BEFORE,
        oursKept: before.ours.balance === right,
      },
      {
        name: { en: 'The read in between was a', es: 'La lectura en medio fue un' },
        plain: before.plain.between,
        ours: before.ours.between,
        oursKept: before.ours.between === 'BYPASS',
      },
      {
        name: {
          en: 'Deleted after COMMIT: what was read after the acknowledgement (30,000 is right)',
          es: 'Borrado después del COMMIT: lo leído después de la confirmación (lo correcto es 30.000)',
        },
        ...after,
        plainBroke: after.plain === BEFORE,
        oursKept: after.ours === right,
      },
      ...scene.verdict({ stale: true }),
    ];
  },
});
