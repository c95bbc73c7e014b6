import { randomUUID } from 'node:crypto';
import { experiment } from './experiment';
import { describeDone } from './scene';

const AMOUNT = 20_000;
const AT_ONCE = 9;

export const idempotency = experiment({
  number: 9,
  name: 'idempotency',
  title: { en: 'Twice the same payment', es: 'Dos veces el mismo pago' },
  question: {
    en: 'The answer to a recharge is lost on its way. The app sends it again, and then nine times at once to all processes, because the rider taps and taps. How often is it paid?',
    es: 'La respuesta a una recarga se pierde en el camino. La aplicación la envía otra vez, y luego nueve veces a la vez a todos los procesos, porque el usuario toca y toca. ¿Cuántas veces se paga?',
  },
  prediction: {
    options: [
      { en: 'Once: the requests are the same.', es: 'Una: las peticiones son iguales.' },
      {
        en: 'Ten times in the plain city, once in ours.',
        es: 'Diez en la ciudad simple, una en la nuestra.',
      },
      { en: 'Twice in both.', es: 'Dos veces en las dos.' },
    ],
    right: 1,
  },
  steps: {
    lost: {
      en: 'A recharge is done; nobody reads its answer.',
      es: 'Se hace una recarga; nadie lee su respuesta.',
    },
    repeated: {
      en: 'The same request, with the same Idempotency-Key, comes nine times at once.',
      es: 'La misma petición, con la misma Idempotency-Key, llega nueve veces a la vez.',
    },
  },
  explanation: {
    en: 'Whoever gets no answer cannot know whether it was done, and has to ask again; so a server must know what it has done already. Ours stores the answer under the key in the transaction that moves the money: either both are there or neither. A request that comes while the first is still at work waits for its answer. A check of "was it paid?" before paying would be a race of its own.',
    es: 'Quien no recibe respuesta no puede saber si se hizo, y tiene que preguntar otra vez; por eso un servidor debe saber qué hizo ya. La nuestra guarda la respuesta bajo la clave en la misma transacción que mueve el dinero: o están las dos cosas o ninguna. Una petición que llega mientras la primera aún trabaja espera su respuesta. Preguntar «¿ya se pagó?» antes de pagar sería otra carrera.',
  },
  breaksPlain: true,
  async run(scene) {
    const results = await scene.inBoth(async (city) => {
      const card = await city.createCard(0);
      const headers = { 'idempotency-key': randomUUID() };
      await city.recharge(city.process(0), card, AMOUNT, headers);
      scene.step('lost', city);
      const again = await Promise.all(
        Array.from({ length: AT_ONCE }, (_, number) =>
          city.recharge(city.process(number), card, AMOUNT, headers),
        ),
      );
      scene.step('repeated', city, again.map(describeDone)[0]);
      await scene.read(city, 1, card);
      const answers = new Set(again.map(({ body }) => body.recharge_id)).size;
      return { paid: await scene.timesPaid(city, card), balance: await scene.balance(city, card), answers };
    });
    const { plain, ours } = results;
    return [
      {
        name: { en: 'How often it was paid', es: 'Cuántas veces se pagó' },
        plain: plain.paid,
        ours: ours.paid,
        plainBroke: plain.paid === AT_ONCE + 1,
        oursKept: ours.paid === 1,
      },
      {
        name: { en: 'The balance (20,000 is right)', es: 'El saldo (lo correcto es 20.000)' },
        plain: plain.balance,
        ours: ours.balance,
        plainBroke: plain.balance !== AMOUNT,
        oursKept: ours.balance === AMOUNT,
      },
      {
        name: {
          en: 'Different answers to the nine requests',
          es: 'Respuestas distintas a las nueve peticiones',
        },
        plain: plain.answers,
        ours: ours.answers,
        oursKept: ours.answers === 1,
      },
      ...scene.verdict(),
    ];
  },
});
