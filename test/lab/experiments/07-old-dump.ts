import type { City } from '../world/city';
import { experiment } from './experiment';
import { describeDone, describeSeen } from './scene';

const BEFORE = 10_000;
const AMOUNT = 20_000;
const READS = 5;

export const oldDump = experiment({
  number: 7,
  name: 'old-dump',
  title: { en: 'An old dump comes back', es: 'Vuelve una copia vieja' },
  question: {
    en: 'Redis is restarted, and loads a dump that it wrote before the last recharges. The evictions of these recharges are lost. Who notices?',
    es: 'Redis se reinicia y carga una copia (dump) que escribió antes de las últimas recargas. Los desalojos de esas recargas se perdieron. ¿Quién lo nota?',
  },
  prediction: {
    options: [
      { en: 'Redis itself.', es: 'El propio Redis.' },
      { en: 'Nobody, in either city.', es: 'Nadie, en ninguna ciudad.' },
      {
        en: 'Our processes: it is not the Redis that PostgreSQL knows.',
        es: 'Nuestros procesos: no es el Redis que PostgreSQL conoce.',
      },
    ],
    right: 2,
  },
  steps: {
    dump: {
      en: 'The balance is in the cache, and Redis writes its dump.',
      es: 'El saldo está en la caché, y Redis escribe su copia.',
    },
    write: {
      en: 'A recharge is acknowledged; the new balance is read and stored.',
      es: 'Se confirma una recarga; el saldo nuevo se lee y se guarda.',
    },
    restart: {
      en: 'Redis is killed and started with the old dump.',
      es: 'Redis muere y arranca con la copia vieja.',
    },
    read: { en: 'The balance is read.', es: 'Se lee el saldo.' },
    trusted: {
      en: 'Our processes use their cache again, in a new epoch.',
      es: 'Nuestros procesos vuelven a usar su caché, en una época nueva.',
    },
  },
  explanation: {
    en: 'What Redis has lost it cannot know, and a key in it looks like any other. So ours does not ask Redis whether it can be trusted: PostgreSQL has a row with the epoch and the run id of the Redis in use, and the names of all keys begin with a digest of them. A Redis that was restarted has another run id. The epoch changes, and under its names nothing is stored: cold, not wrong.',
    es: 'Redis no puede saber qué perdió, y una clave suya se ve como cualquier otra. Por eso la nuestra no le pregunta a Redis si es de fiar: PostgreSQL tiene una fila con la época y el identificador (run id) del Redis en uso, y los nombres de todas las claves empiezan con un resumen de ambos. Un Redis reiniciado tiene otro identificador. La época cambia, y bajo sus nombres no hay nada guardado: fría, no equivocada.',
  },
  breaksPlain: true,
  async run(scene) {
    const { world } = scene;
    const cards = await scene.inBoth(async (city) => {
      const card = await city.createCard(BEFORE);
      await scene.fill(city, 0, card);
      return card;
    });
    await world.redis.saveDump();
    for (const city of world.cities) scene.step('dump', city);
    await scene.inBoth(async (city) => {
      const card = cards[city.name];
      const done = await city.recharge(city.process(1), card, AMOUNT);
      await scene.read(city, 0, card);
      scene.step('write', city, describeDone(done));
    });
    await world.redis.restartFromDump();
    for (const city of world.cities) scene.step('restart', city);
    const read = async (city: City): Promise<number> => {
      let balance = NaN;
      for (let count = 0; count < READS; count += 1) {
        const seen = await scene.read(city, count, cards[city.name]);
        balance = seen.balance;
        if (count === READS - 1) scene.step('read', city, describeSeen(seen));
      }
      return balance;
    };
    // Ours at once. The plain city's connections have to come back before its cache can answer.
    const ours = await read(world.ours);
    await world.untilCaching();
    const last = { plain: await read(world.plain), ours };
    const trusted = await scene.read(world.ours, 0, cards.ours);
    scene.step('trusted', world.ours, describeSeen(trusted));
    return [
      {
        name: {
          en: 'The balance that was read after the restart (30,000 is right)',
          es: 'El saldo leído después del reinicio (lo correcto es 30.000)',
        },
        ...last,
        plainBroke: last.plain === BEFORE,
        oursKept: last.ours === BEFORE + AMOUNT && trusted.balance === BEFORE + AMOUNT,
      },
      ...scene.verdict({ stale: true, backwards: true }),
    ];
  },
});
