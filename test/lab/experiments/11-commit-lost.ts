import { randomUUID } from 'node:crypto';
import type { City, Done, LabCard } from '../world/city';
import { experiment } from './experiment';
import { describeDone } from './scene';

/** No other statement has these digits. */
const AMOUNT = 7_654_321;
const LATER = 7_654_322;
const PATIENCE_MS = 30_000;

export const commitLost = experiment({
  number: 11,
  name: 'commit-lost',
  title: {
    en: 'The database dies during COMMIT: who was paid?',
    es: 'La base de datos muere durante el COMMIT: ¿a quién se le pagó?',
  },
  question: {
    en: 'A recharge has sent COMMIT, and its connection breaks before the reply. Was it paid? And what may the caller do?',
    es: 'Una recarga envió COMMIT y su conexión se rompe antes de la respuesta. ¿Se pagó? ¿Y qué puede hacer quien llama?',
  },
  prediction: {
    options: [
      { en: 'Not paid, so it is sent again.', es: 'No se pagó, así que se envía otra vez.' },
      { en: 'Paid, so it must not be sent again.', es: 'Se pagó, así que no se debe enviar otra vez.' },
      {
        en: 'Nobody can tell; only a request that may be repeated is safe.',
        es: 'Nadie lo sabe; solo es segura una petición que se puede repetir.',
      },
    ],
    right: 2,
  },
  steps: {
    lost: {
      en: 'PostgreSQL has committed, and dies before its reply arrives.',
      es: 'PostgreSQL confirmó, y muere antes de que llegue su respuesta.',
    },
    back: {
      en: 'PostgreSQL is back. How often was the recharge paid?',
      es: 'PostgreSQL volvió. ¿Cuántas veces se pagó la recarga?',
    },
    repeated: {
      en: 'The caller repeats the recharge until it is acknowledged, with the same Idempotency-Key.',
      es: 'Quien llama repite la recarga hasta que se confirma, con la misma Idempotency-Key.',
    },
    never: {
      en: 'A second recharge: this time COMMIT never arrives. To the caller it looks the same, and it is repeated as well.',
      es: 'Una segunda recarga: esta vez el COMMIT nunca llega. Para quien llama se ve igual, y también se repite.',
    },
  },
  explanation: {
    en: 'Between "sent" and "answered" there is always a moment in which only the other side knows. The plain service says 500 either way, and whoever repeats pays twice, and whoever does not may not have paid at all. In ours the answer is part of what is committed: after the restart it is there under its key, or it is not, exactly as the money is. A mark that was left is resolved by asking PostgreSQL how the transaction ended.',
    es: 'Entre «enviado» y «respondido» siempre hay un momento en que solo el otro lado sabe. El servicio simple dice 500 en los dos casos: quien repite paga dos veces, y quien no repite quizá no pagó. En la nuestra la respuesta es parte de lo que se confirma: tras el reinicio está bajo su clave o no está, igual que el dinero. Una marca que quedó se resuelve preguntándole a PostgreSQL cómo terminó la transacción.',
  },
  breaksPlain: true,
  async run(scene) {
    const { world } = scene;
    const cards = await scene.inBoth((city) => city.createCard(0));
    const keys = await scene.inBoth(() => Promise.resolve({ 'idempotency-key': randomUUID() }));
    const pay = (city: City, amount: number): Promise<Done> =>
      city.recharge(city.process(0), cards[city.name], amount, keys[city.name]);
    const committed = world.cities.map(
      (city) =>
        new Promise<void>((onLost) =>
          city.process(0).links.postgres.loseAnswerTo(textOf(city, AMOUNT), onLost),
        ),
    );
    const paying = world.cities.map((city) => pay(city, AMOUNT));
    await Promise.all(committed);
    for (const city of world.cities) scene.step('lost', city);
    await world.postgres.restart();
    await Promise.all(paying);
    const before = await scene.inBoth((city) => scene.timesPaid(city, cards[city.name]));
    for (const city of world.cities) scene.step('back', city, String(before[city.name]));
    const after = await scene.inBoth(async (city) => {
      scene.step('repeated', city, describeDone(await repeat(() => pay(city, AMOUNT))));
      return scene.timesPaid(city, cards[city.name]);
    });
    const never = await scene.inBoth(async (city) => {
      const card: LabCard = await city.createCard(0);
      const headers = { 'idempotency-key': randomUUID() };
      const later = (): Promise<Done> => city.recharge(city.process(0), card, LATER, headers);
      city.process(0).links.postgres.loseRequest(textOf(city, LATER));
      const first = await later();
      await scene.upTo(PATIENCE_MS, async () => isAcknowledged(first) || isAcknowledged(await later()));
      scene.step('never', city, describeDone(first));
      await scene.read(city, 1, card);
      return scene.timesPaid(city, card);
    });
    async function repeat(once: () => Promise<Done>): Promise<Done> {
      let done: Done = { reply: null, body: {} };
      await scene.upTo(PATIENCE_MS, async () => isAcknowledged((done = await once())));
      return done;
    }
    return [
      {
        name: {
          en: 'Paid when PostgreSQL was back (1: the COMMIT was done)',
          es: 'Pagos cuando PostgreSQL volvió (1: el COMMIT se hizo)',
        },
        ...before,
        // Else the steps were not what they say.
        plainBroke: before.plain === 1,
        oursKept: before.ours === 1,
      },
      {
        name: { en: 'Paid after the caller had repeated it', es: 'Pagos después de que quien llama repitió' },
        ...after,
        plainBroke: after.plain === 2,
        oursKept: after.ours === 1,
      },
      {
        name: {
          en: 'Paid after it was repeated, where COMMIT had never arrived',
          es: 'Pagos después de repetir, donde el COMMIT nunca llegó',
        },
        ...never,
        oursKept: never.ours === 1,
      },
      ...scene.verdict(),
    ];
  },
});

/** What only the message with COMMIT has. Ours sends it together with the changes, and others commit on the same link. */
function textOf({ name }: City, amount: number): string {
  return name === 'ours' ? String(amount) : 'COMMIT\0';
}

function isAcknowledged({ reply }: Done): boolean {
  return reply !== null && reply.status < 300;
}
