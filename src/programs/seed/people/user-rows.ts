import { Dice, Urn } from '../../../common/dice';
import type { Value } from '../load/copy';
import { LOCALITIES } from '../network/localities';
import { shiftDay } from '../../../common/time/service-day';
import { drawPerson } from './names';
import type { RiderCategory } from '../../../modules/users/user.entity';
import type { Riders } from './riders';

export const USER_COLUMNS = [
  'user_id',
  'first_name',
  'last_name',
  'email',
  'id_number',
  'contact_number',
  'gender',
  'date_of_birth',
  'residential_address',
  'city_of_birth',
  'rider_category',
  'registration_date',
] as const;

const SENIOR_AGE = 62;
const OLDEST = 84;
const YOUNGEST = 9;
const DAYS_A_YEAR = 365.25;
const EXAMPLE_USERS = 3;
const BIRTHPLACES = new Urn<string>([
  [62, 'Bogotá'],
  [6, 'Soacha'],
  [5, 'Ibagué'],
  [5, 'Tunja'],
  [4, 'Villavicencio'],
  [4, 'Bucaramanga'],
  [4, 'Medellín'],
  [3, 'Cali'],
  [3, 'Neiva'],
  [2, 'Barranquilla'],
  [2, 'Zipaquirá'],
]);

/**
 * Returns the users in the order of registration. None of them is a real person: e-mail addresses are at example.com (RFC 2606),
 * id numbers have two digits more than real ones, and telephone numbers begin with zeros.
 */
export function* userRows(riders: Riders, today: string, seed: number): Generator<readonly Value[]> {
  const dice = new Dice(seed, 'users');
  let user = 0;
  for (let card = 0; card < riders.count; card += 1) {
    const owner = riders.userOf[card] ?? 0;
    const registered = shiftDay(today, -riders.acquiredDaysAgo(card));
    while (user < owner) {
      user += 1;
      yield userRow(user, riders.categoryOfUser(user), registered, today, dice);
    }
  }
}

function userRow(
  id: number,
  category: RiderCategory,
  registered: string,
  today: string,
  dice: Dice,
): readonly Value[] {
  const { firstName, lastName, gender } = drawPerson(dice);
  const age = id <= EXAMPLE_USERS ? 34 : dice.between(category === 'senior' ? SENIOR_AGE : YOUNGEST, OLDEST);
  const born = shiftDay(today, -Math.floor(age * DAYS_A_YEAR + dice.below(365)));
  const corner = `Calle ${dice.between(1, 170)} # ${dice.between(1, 110)}-${dice.between(1, 99)}`;
  return [
    id,
    firstName,
    lastName,
    `${mailName(firstName)}.${mailName(lastName)}.${id}@example.com`,
    `99${String(id).padStart(10, '0')}`,
    `+57 000 ${String(id).padStart(7, '0')}`,
    gender,
    born,
    `${corner}, ${dice.pick(LOCALITIES)}`,
    BIRTHPLACES.draw(dice),
    category,
    registered,
  ];
}

/** Returns the first word without accents. */
function mailName(name: string): string {
  const [word = ''] = name.split(' ');
  return word.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
