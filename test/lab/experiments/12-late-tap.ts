import { connect } from '../../builders/connect';
import { FARE } from '../../builders/rides';
import { aBusLine, type LabTap, type Report } from '../world/bus-line';
import type { City, Done, LabCard } from '../world/city';
import { experiment } from './experiment';

const RECHARGE = 10_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const BEHIND_UTC_MS = 5 * HOUR_MS;

/** What a card was charged for its rides, how often its bus is in the books, and what it has and owes. */
interface Account {
  readonly paid: number;
  readonly rides: number;
  readonly balance: number;
}

/** What the referee knows from having seen the rides: what they cost, had every validator been connected. */
const BOOK = { changed: FARE, spent: 2 * FARE };

export const lateTap = experiment({
  number: 12,
  name: 'late-tap',
  title: {
    en: 'Who pays for a ride that the server hears of a day later?',
    es: '¿Quién paga un viaje del que el servidor se entera un día después?',
  },
  question: {
    en: 'The validator of a bus had no connection yesterday, and let two riders board. The first one changed to the trunk line half an hour later, which is free. The second one spent the last money of his card in the evening. Today the bus reports both, and gets no answer, so it reports them again. Who pays, and how much?',
    es: 'El validador de un bus no tuvo conexión ayer y dejó subir a dos pasajeros. La primera hizo transbordo a la troncal media hora después, lo que es gratis. El segundo gastó en la noche el último dinero de su tarjeta. Hoy el bus reporta los dos viajes, no recibe respuesta y los reporta otra vez. ¿Quién paga, y cuánto?',
  },
  prediction: {
    options: [
      {
        en: 'Each rider, what a ride costs when the report arrives.',
        es: 'Cada pasajero, lo que cuesta un viaje cuando llega el reporte.',
      },
      {
        en: 'Nobody: yesterday is closed, and the second card is empty.',
        es: 'Nadie: el día de ayer está cerrado, y la segunda tarjeta está vacía.',
      },
      {
        en: 'Each rider, once, what it would have cost with a connection.',
        es: 'Cada pasajero, una vez, lo que habría costado con conexión.',
      },
    ],
    right: 2,
  },
  steps: {
    yesterday: {
      en: 'Yesterday: both board the bus at noon, unheard of. The gates report their rides of 12:30 and 18:00 the same evening.',
      es: 'Ayer: los dos suben al bus a mediodía, sin que nadie lo sepa. Las puertas reportan la misma noche sus viajes de 12:30 y 18:00.',
    },
    late: {
      en: 'A day later the bus reports both taps; its answer is lost.',
      es: 'Un día después el bus reporta los dos pasos; la respuesta se pierde.',
    },
    again: { en: 'The bus reports them again.', es: 'El bus los reporta otra vez.' },
    listed: {
      en: 'What validators must know of the second card.',
      es: 'Lo que los validadores deben saber de la segunda tarjeta.',
    },
    recharged: {
      en: 'The second rider recharges 10,000.',
      es: 'El segundo pasajero recarga 10.000.',
    },
  },
  explanation: {
    en: 'A rider has ridden, whether the server knew or not. The plain city takes what comes in as if it happened now: it sees no transfer, charges the repetition as another ride, and refuses a card that has been emptied since, so that nobody pays. Ours knows a tap by its device and its number, so a repetition is nothing new; and it decides the fares of a card in the order in which it was used, not in that in which it heard of it. The bus is charged with the fare of yesterday, and the gate, which had charged a full fare, gives it back: an adjustment that names the trip that caused it. What an empty card cannot pay becomes a debt beside its balance: the card is on the hotlist until the next recharge has paid it.',
    es: 'El pasajero viajó, lo supiera el servidor o no. La ciudad simple toma lo que llega como si ocurriera ahora: no ve el transbordo, cobra la repetición como otro viaje y rechaza una tarjeta que se vació entretanto, así que nadie paga. La nuestra reconoce cada paso por su dispositivo y su número, así que una repetición no es nada nuevo; y decide las tarifas de una tarjeta en el orden en que se usó, no en el que se enteró. El bus se cobra con la tarifa de ayer, y la puerta, que había cobrado una tarifa plena, la devuelve: un ajuste que nombra el viaje que lo causó. Lo que una tarjeta vacía no puede pagar se vuelve una deuda al lado de su saldo: la tarjeta está en la lista restrictiva hasta que la siguiente recarga la pague.',
  },
  breaksPlain: true,
  async run(scene) {
    const { plain, ours } = await scene.inBoth(async (city) => {
      const line = await aBusLine(city);
      const changed = await city.createCard(20_000, true);
      const spent = await city.createCard(FARE, true);
      const noon = noonOfYesterday();
      const at = (card: LabCard, hours: number): LabTap => ({ card, at: new Date(noon + hours * HOUR_MS) });
      const [busTaps, gateTaps] = [
        [at(changed, 0), at(spent, 0)],
        [at(changed, 0.5), at(spent, 6)],
      ];
      await report(city, line.gate, gateTaps);
      if (city.name === 'plain') await letDayPass(city);
      const evening = [await accountOf(city, changed), await accountOf(city, spent)];
      scene.step('yesterday', city, evening.map(({ paid }) => paid).join(', '));
      scene.step('late', city, describe(await report(city, line.bus, busTaps)));
      scene.step('again', city, describe(await report(city, line.bus, busTaps)));
      const isListed = city.name === 'ours' && (await listedCards(city)).has(await numberOf(city, spent));
      scene.step('listed', city, city.name === 'ours' ? (isListed ? 'hotlist' : '–') : '–');
      await city.recharge(city.process(1), spent, RECHARGE);
      const accounts = { changed: await accountOf(city, changed), spent: await accountOf(city, spent) };
      scene.step('recharged', city, String(accounts.spent.balance));
      return { ...accounts, isListed };
    });
    return [
      {
        name: {
          en: 'Riders who paid something else than their rides cost',
          es: 'Pasajeros que pagaron algo distinto de lo que costaban sus viajes',
        },
        plain: wrong(plain),
        ours: wrong(ours),
        plainBroke: wrong(plain) === 2,
        oursKept: wrong(ours) === 0,
      },
      {
        name: {
          en: 'Paid by the rider who changed (3,000 is right)',
          es: 'Pagado por quien hizo transbordo (lo correcto es 3.000)',
        },
        plain: plain.changed.paid,
        ours: ours.changed.paid,
        plainBroke: plain.changed.paid === 3 * FARE,
        oursKept: ours.changed.paid === BOOK.changed,
      },
      {
        name: {
          en: 'Rides of that rider in the books (2 is right)',
          es: 'Viajes de esa persona en los libros (lo correcto es 2)',
        },
        plain: plain.changed.rides,
        ours: ours.changed.rides,
        plainBroke: plain.changed.rides === 3,
        oursKept: ours.changed.rides === 2,
      },
      {
        name: {
          en: 'Paid by the rider whose card was empty (6,000 is right)',
          es: 'Pagado por quien tenía la tarjeta vacía (lo correcto es 6.000)',
        },
        plain: plain.spent.paid,
        ours: ours.spent.paid,
        plainBroke: plain.spent.paid === FARE,
        oursKept: ours.spent.paid === BOOK.spent && ours.isListed,
      },
      {
        name: {
          en: 'Left of the recharge of 10,000 (7,000 is right)',
          es: 'Lo que queda de la recarga de 10.000 (lo correcto es 7.000)',
        },
        plain: plain.spent.balance,
        ours: ours.spent.balance,
        oursKept: ours.spent.balance === RECHARGE - FARE,
      },
    ];
  },
});

/** In Bogotá, which is five hours behind UTC; in milliseconds. */
function noonOfYesterday(): number {
  const today = Math.floor((Date.now() - BEHIND_UTC_MS) / DAY_MS) * DAY_MS;
  return today - DAY_MS + BEHIND_UTC_MS + DAY_MS / 2;
}

function wrong({ changed, spent }: Readonly<Record<keyof typeof BOOK, Account>>): number {
  return Number(changed.paid !== BOOK.changed) + Number(spent.paid !== BOOK.spent);
}

async function report(city: City, device: Report, taps: readonly LabTap[]): Promise<readonly Done[]> {
  const done: Done[] = [];
  for (const body of await device(taps)) done.push(await city.tap(city.process(0), body));
  return done;
}

/** What was answered for each tap. */
function describe(done: readonly Done[]): string {
  return done
    .flatMap(({ reply }) => {
      if (!reply) return 'no answer';
      const { results } = JSON.parse(reply.body) as { results?: readonly { outcome: string }[] };
      return results?.map(({ outcome }) => outcome) ?? String(reply.status);
    })
    .join(', ');
}

/** Nobody waits for a day: the rows of the plain city get a day older. Ours goes by the times of the taps. */
async function letDayPass(city: City): Promise<void> {
  await withDatabase(city, `UPDATE trips SET boarded_at = boarded_at - interval '1 day'`, []);
}

async function accountOf(city: City, { id }: LabCard): Promise<Account> {
  const [adjusted, debt] =
    city.name === 'ours'
      ? ['(SELECT coalesce(sum(amount), 0) FROM fare_adjustments WHERE card_id = $1)', 'debt']
      : ['0', '0'];
  const [account] = await withDatabase<Account>(
    city,
    `SELECT (SELECT coalesce(sum(fare_amount), 0) FROM trips WHERE card_id = $1)::int + ${adjusted}::int - ${debt}::int AS paid,
            (SELECT count(*) FROM trips WHERE card_id = $1)::int AS rides, balance::int AS balance
     FROM cards WHERE card_id = $1`,
    [id],
  );
  if (!account) throw new Error(`card ${id} is gone`);
  return account;
}

async function numberOf(city: City, { id }: LabCard): Promise<string> {
  const sql = 'SELECT card_number FROM cards WHERE card_id = $1';
  const [card] = await withDatabase<{ card_number: string }>(city, sql, [id]);
  return card?.card_number ?? '';
}

/** The hotlist, as a validator gets it from another process. */
async function listedCards(city: City): Promise<ReadonlySet<string>> {
  const { body } = await city.process(1).client.send({ method: 'GET', path: '/hotlist', timeoutMs: 5_000 });
  return new Set((JSON.parse(body) as { add: readonly string[] }).add);
}

async function withDatabase<Row extends object>(
  city: City,
  sql: string,
  values: readonly number[],
): Promise<Row[]> {
  const client = await connect(city.databaseUrl);
  try {
    return (await client.query<Row>(sql, [...values])).rows;
  } finally {
    await client.end();
  }
}
