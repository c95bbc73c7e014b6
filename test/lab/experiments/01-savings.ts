import type { LabCard, Seen } from '../world/city';
import { experiment } from './experiment';

const CARDS = 30;
/** Each way: as to a database on another machine. */
const DELAY_MS = 5;

export const savings = experiment({
  number: 1,
  name: 'savings',
  title: { en: 'What a cache saves', es: 'Lo que ahorra una caché' },
  question: {
    en: 'Thirty cards are read twice. The database is 10 ms away. How much faster is the second read, and how many statements does it cost the database?',
    es: 'Se leen treinta tarjetas dos veces. La base de datos está a 10 ms. ¿Cuánto más rápida es la segunda lectura y cuántas consultas le cuesta a la base de datos?',
  },
  prediction: {
    options: [
      {
        en: 'As fast as the first, thirty statements.',
        es: 'Igual de rápida que la primera, treinta consultas.',
      },
      { en: 'Faster, and no statement.', es: 'Más rápida, y ninguna consulta.' },
      { en: 'Faster, and thirty statements.', es: 'Más rápida, y treinta consultas.' },
    ],
    right: 1,
  },
  steps: {
    delay: {
      en: 'The links to PostgreSQL get a delay of 5 ms in each direction.',
      es: 'Los enlaces a PostgreSQL reciben un retardo de 5 ms en cada dirección.',
    },
    first: {
      en: 'Each card is read for the first time: a miss, which is loaded and stored.',
      es: 'Cada tarjeta se lee por primera vez: un fallo, que se carga y se guarda.',
    },
    second: {
      en: 'Each card is read again: a hit, which is answered from Redis.',
      es: 'Cada tarjeta se lee otra vez: un acierto, que se responde desde Redis.',
    },
  },
  explanation: {
    en: 'A hit asks Redis once and the database never; a miss asks both. This is what every cache gives, also the plain one, and it is why people accept what comes with it. The other experiments show what that is, and that it can be avoided.',
    es: 'Un acierto pregunta una vez a Redis y nunca a la base de datos; un fallo pregunta a las dos. Esto lo da toda caché, también la simple, y por eso la gente acepta lo que trae consigo. Los demás experimentos muestran qué es, y que se puede evitar.',
  },
  breaksPlain: false,
  async run(scene) {
    const results = await scene.inBoth(async (city) => {
      const cards: LabCard[] = [];
      for (let count = 0; count < CARDS; count += 1) cards.push(await city.createCard(1_000));
      city.process(0).links.postgres.delayBy(DELAY_MS);
      scene.step('delay', city);
      const readAll = async (): Promise<Seen[]> => {
        const all: Seen[] = [];
        for (const card of cards) all.push(await scene.read(city, 0, card));
        return all;
      };
      const first = await readAll();
      scene.step('first', city, `${median(first)} ms`);
      const second = await readAll();
      scene.step('second', city, `${median(second)} ms`);
      const isSame = first.every(({ body }, index) => body === second[index]?.body);
      return {
        miss: median(first),
        hit: median(second),
        hits: hitsIn(second),
        missHits: hitsIn(first),
        isSame,
      };
    });
    const { plain, ours } = results;
    return [
      {
        name: { en: 'Median of a miss, ms', es: 'Mediana de un fallo, ms' },
        plain: plain.miss,
        ours: ours.miss,
      },
      {
        name: { en: 'Median of a hit, ms', es: 'Mediana de un acierto, ms' },
        plain: plain.hit,
        ours: ours.hit,
      },
      {
        name: {
          en: 'Second reads that the cache answered, of 30',
          es: 'Segundas lecturas que respondió la caché, de 30',
        },
        plain: plain.hits,
        ours: ours.hits,
        oursKept: ours.hits === CARDS && ours.missHits === 0,
      },
      {
        name: {
          en: 'The second response is the first, byte by byte',
          es: 'La segunda respuesta es la primera, byte por byte',
        },
        plain: String(plain.isSame),
        ours: String(ours.isSame),
        oursKept: ours.isSame,
      },
      ...scene.verdict(),
    ];
  },
});

function median(reads: readonly Seen[]): number {
  const sorted = reads.map(({ took }) => took).sort((a, b) => a - b);
  return Math.round((sorted[Math.floor(sorted.length / 2)] ?? NaN) * 10) / 10;
}

function hitsIn(reads: readonly Seen[]): number {
  return reads.filter(({ cache }) => cache === 'HIT').length;
}
