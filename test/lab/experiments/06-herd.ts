import { setImmediate as nextTurn } from 'node:timers/promises';
import { balanceKeyOf, type City } from '../world/city';
import { experiment } from './experiment';

/** A thousand over three processes. */
const READERS_PER_PROCESS = 334;
const AT_A_TIME = 20;
/** At most a tenth of the readers may cost a statement. */
const SHARE = 10;

export const herd = experiment({
  number: 6,
  name: 'herd',
  title: { en: 'A thundering herd', es: 'Una estampida' },
  question: {
    en: 'A value that everybody reads has just gone. A thousand readers come at the same moment (334 to each process). How many statements does the database get?',
    es: 'Un valor que todos leen acaba de irse. Mil lectores llegan en el mismo momento (334 a cada proceso). ¿Cuántas consultas recibe la base de datos?',
  },
  prediction: {
    options: [
      { en: 'One in both cities.', es: 'Una en las dos ciudades.' },
      {
        en: 'A thousand in the plain city, a handful in ours.',
        es: 'Mil en la ciudad simple, un puñado en la nuestra.',
      },
      { en: 'A thousand in both.', es: 'Mil en las dos.' },
    ],
    right: 1,
  },
  steps: {
    cold: { en: 'A card that nobody has read.', es: 'Una tarjeta que nadie ha leído.' },
    herd: {
      en: 'All readers ask at once: each has missed before the first loads. Statements that PostgreSQL gets:',
      es: 'Todos los lectores preguntan a la vez: todos fallan antes de que el primero cargue. Consultas que recibe PostgreSQL:',
    },
  },
  explanation: {
    en: 'Each reader of the plain city knows only that it has missed, so each loads. Where a load takes long, the database gets slower the more it is needed, and that is how a cache that expires takes a service down. In ours the readers of one process share a load, and of the processes only the one with the lease fills; the others wait shortly. A reader joins a load only if its result is as new as that of a load of its own.',
    es: 'Cada lector de la ciudad simple solo sabe que falló, así que cada uno carga. Donde una carga tarda, la base de datos se vuelve más lenta cuanto más se la necesita, y así una caché que vence tumba un servicio. En la nuestra los lectores de un proceso comparten una carga, y de los procesos solo guarda el que tiene el arrendamiento; los demás esperan un poco. Un lector se une a una carga solo si su resultado es tan nuevo como el de una carga propia.',
  },
  breaksPlain: true,
  async run(scene) {
    const readers = READERS_PER_PROCESS * scene.world.plain.processes.length;
    // One after the other: a thousand requests are work enough for the lab itself.
    const plain = await statements(scene.world.plain);
    const ours = await statements(scene.world.ours);
    async function statements(city: City): Promise<number> {
      const card = await city.createCard(1_000);
      scene.step('cold', city);
      const request = {
        point: 'after miss',
        subject: balanceKeyOf(card),
        count: READERS_PER_PROCESS,
      } as const;
      const holds = await Promise.all(city.processes.map((process) => city.hold(process, request)));
      const reading: Promise<unknown>[] = [];
      while (reading.length < readers) {
        reading.push(scene.read(city, reading.length, card));
        // The links are in this process too, and must not stand still for it.
        if (reading.length % AT_A_TIME === 0) await nextTurn();
      }
      const herd = Promise.all(reading);
      herd.catch(() => undefined);
      await Promise.all(holds.map(({ reached }) => reached));
      const before = statementsOf(city);
      holds.forEach((hold) => hold.release());
      await herd;
      const count = statementsOf(city) - before;
      scene.step('herd', city, String(count));
      return count;
    }
    return [
      { name: { en: 'Readers', es: 'Lectores' }, plain: readers, ours: readers },
      {
        name: {
          en: 'Statements to PostgreSQL meanwhile (ours: with those that watch the epoch)',
          es: 'Consultas a PostgreSQL mientras tanto (la nuestra: con las que vigilan la época)',
        },
        plain,
        ours,
        plainBroke: plain >= readers,
        oursKept: ours <= readers / SHARE,
      },
      ...scene.verdict(),
    ];
  },
});

function statementsOf({ processes }: City): number {
  return processes.reduce((sum, { links }) => sum + links.postgres.now.requests, 0);
}
