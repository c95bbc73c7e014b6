import { setTimeout as sleep } from 'node:timers/promises';
import { experiment } from './experiment';
import { describeDone, describeSeen } from './scene';

const BEFORE = 10_000;
const AMOUNT = 20_000;
/** Longer than a lease lasts. */
const PAUSE_MS = 2_300;

export const processPause = experiment({
  number: 5,
  name: 'process-pause',
  title: {
    en: 'A process stands still between reading and filling',
    es: 'Un proceso se detiene entre leer y guardar',
  },
  question: {
    en: 'A process is stopped for more than two seconds (a garbage collection, a move of its virtual machine) after it has loaded, and before it stores. Would a lock that expires after two seconds help?',
    es: 'Un proceso queda detenido más de dos segundos (una recolección de basura, un traslado de su máquina virtual) después de cargar y antes de guardar. ¿Ayudaría un candado que vence a los dos segundos?',
  },
  prediction: {
    options: [
      { en: 'Yes, if it lasts long enough.', es: 'Sí, si dura lo suficiente.' },
      {
        en: 'No: whoever stood still does not know that time has passed.',
        es: 'No: quien estuvo detenido no sabe que pasó el tiempo.',
      },
      { en: 'No pause is so long.', es: 'Ninguna pausa dura tanto.' },
    ],
    right: 1,
  },
  steps: {
    load: {
      en: 'A reader has loaded the balance. Its process is stopped (SIGSTOP) before it stores it.',
      es: 'Un lector cargó el saldo. Su proceso se detiene (SIGSTOP) antes de guardarlo.',
    },
    write: {
      en: 'A recharge by another process is acknowledged.',
      es: 'Otro proceso hace una recarga, y se confirma.',
    },
    fresh: {
      en: 'After the lease has run out, another process reads and stores the new balance.',
      es: 'Vencido el arrendamiento, otro proceso lee y guarda el saldo nuevo.',
    },
    resume: {
      en: 'The process goes on (SIGCONT), and wants to store what it has in its hands.',
      es: 'El proceso continúa (SIGCONT) y quiere guardar lo que tiene en las manos.',
    },
    read: { en: 'The balance is read.', es: 'Se lee el saldo.' },
  },
  explanation: {
    en: 'A lock that expires protects nobody: its owner may sleep past its end and then act. What helps is that the store itself looks at who comes: each lease has a token, a fill brings its token along, and Redis refuses a token that is no longer there, in the same atomic step. Time decides only how long others wait, never whether a value is right.',
    es: 'Un candado que vence no protege a nadie: su dueño puede dormirse más allá del final y después actuar. Lo que ayuda es que el propio almacén mire quién viene: cada arrendamiento tiene una ficha (token), quien guarda la trae, y Redis rechaza una ficha que ya no está, en el mismo paso atómico. El tiempo solo decide cuánto esperan los demás, nunca si un valor es correcto.',
  },
  breaksPlain: true,
  async run(scene) {
    const last = await scene.inBoth(async (city) => {
      const process = city.process(0);
      const card = await city.createCard(BEFORE);
      const held = await scene.holdBeforeStore(city, 0, card);
      const refused = city.name === 'ours' ? await scene.fillsRefused(city, 0) : 0;
      const reader = scene.read(city, 0, card);
      await held.reached;
      process.pause();
      // Heard when it goes on.
      held.release();
      scene.step('load', city);
      scene.step('write', city, describeDone(await city.recharge(city.process(1), card, AMOUNT)));
      await sleep(PAUSE_MS);
      scene.step('fresh', city, describeSeen(await scene.read(city, 1, card)));
      process.resume();
      await reader;
      scene.step('resume', city, await scene.stored(city, 0, refused));
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
