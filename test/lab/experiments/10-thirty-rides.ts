import { FARE } from '../../builders/rides';
import { balanceKeyOf } from '../world/city';
import { experiment } from './experiment';

const RIDES = 30;

export const thirtyRides = experiment({
  number: 10,
  name: 'thirty-rides',
  title: {
    en: 'Thirty rides at once with money for one',
    es: 'Treinta viajes a la vez con dinero para uno',
  },
  question: {
    en: 'A card has money for one ride, and thirty validators charge it in the same moment. How many rides are given?',
    es: 'Una tarjeta tiene dinero para un viaje, y treinta validadores la cobran en el mismo momento. ¿Cuántos viajes se dan?',
  },
  prediction: {
    options: [
      { en: 'One: the balance is checked each time.', es: 'Uno: el saldo se revisa cada vez.' },
      { en: 'Thirty in the plain city, one in ours.', es: 'Treinta en la ciudad simple, uno en la nuestra.' },
      { en: 'None: they block each other.', es: 'Ninguno: se bloquean entre sí.' },
    ],
    right: 1,
  },
  steps: {
    card: {
      en: 'A card has 3,000, what one ride costs.',
      es: 'Una tarjeta tiene 3.000, lo que cuesta un viaje.',
    },
    rides: {
      en: 'Thirty rides at once; in the plain city all have checked before the first has paid. Rides given:',
      es: 'Treinta viajes a la vez; en la ciudad simple todos revisaron antes de que el primero pagara. Viajes dados:',
    },
  },
  explanation: {
    en: 'Check and change are two statements, and what was checked may be gone before the change. A transaction alone does not help: at READ COMMITTED, and for this at REPEATABLE READ too without a retry, the check holds nothing. Ours locks the card before it checks, so each ride sees what the one before it has left; and the balance itself is a condition of the statement that changes it.',
    es: 'Revisar y cambiar son dos sentencias, y lo revisado puede haberse ido antes del cambio. Una transacción sola no ayuda: con READ COMMITTED, y aquí también con REPEATABLE READ si no se reintenta, la revisión no sujeta nada. La nuestra bloquea la tarjeta antes de revisar, así que cada viaje ve lo que dejó el anterior; y el propio saldo es una condición de la sentencia que lo cambia.',
  },
  breaksPlain: true,
  async run(scene) {
    const results = await scene.inBoth(async (city) => {
      const card = await city.createCard(FARE);
      scene.step('card', city);
      const { processes } = city;
      const holds =
        city.name === 'plain'
          ? await Promise.all(
              processes.map((process, index) =>
                city.hold(process, {
                  point: 'after check',
                  subject: balanceKeyOf(card),
                  count: shareOf(index, processes.length),
                }),
              ),
            )
          : [];
      const riding = Array.from({ length: RIDES }, (_, number) => city.ride(city.process(number), card));
      await Promise.all(holds.map(({ reached }) => reached));
      holds.forEach((hold) => hold.release());
      const done = await Promise.all(riding);
      const refused = done.filter(({ reply }) => reply?.status === 402).length;
      scene.step('rides', city, `${RIDES - refused}`);
      return { rides: await scene.rides(city, card), balance: await scene.balance(city, card), refused };
    });
    const { plain, ours } = results;
    return [
      {
        name: { en: 'Rides given', es: 'Viajes dados' },
        plain: plain.rides,
        ours: ours.rides,
        plainBroke: plain.rides === RIDES,
        oursKept: ours.rides === 1,
      },
      {
        name: {
          en: 'Refused with 402 (insufficient balance)',
          es: 'Rechazados con 402 (saldo insuficiente)',
        },
        plain: plain.refused,
        ours: ours.refused,
        oursKept: ours.refused === RIDES - 1,
      },
      {
        name: { en: 'The balance that is left', es: 'El saldo que queda' },
        plain: plain.balance,
        ours: ours.balance,
        plainBroke: plain.balance < 0,
        oursKept: ours.balance === 0,
      },
    ];
  },
});

/** How many of the rides a process gets, when they are dealt one after the other. */
function shareOf(index: number, processes: number): number {
  return Math.ceil((RIDES - index) / processes);
}
