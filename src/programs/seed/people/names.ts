import type { Dice } from '../../../common/dice';
import type { Gender } from '../../../modules/users/user.entity';

/** All persons are synthetic. Their names are random combinations of common names in Colombia. */
const WOMEN = [
  'María',
  'Luisa',
  'Ana',
  'Paola',
  'Camila',
  'Valentina',
  'Daniela',
  'Laura',
  'Sandra',
  'Marcela',
  'Diana',
  'Adriana',
  'Carolina',
  'Natalia',
  'Andrea',
  'Gloria',
  'Martha',
  'Luz Marina',
  'Sofía',
  'Isabella',
  'Mónica',
  'Yolanda',
  'Leidy',
  'Yuliana',
  'Catalina',
  'Ángela',
  'Patricia',
  'Esperanza',
  'Juliana',
  'Tatiana',
];
const MEN = [
  'Juan',
  'Carlos',
  'Andrés',
  'Luis',
  'José',
  'Diego',
  'Jorge',
  'Santiago',
  'Sebastián',
  'Felipe',
  'Camilo',
  'Óscar',
  'Fernando',
  'Germán',
  'Hernán',
  'Jairo',
  'Mauricio',
  'Nicolás',
  'Miguel',
  'Álvaro',
  'Édgar',
  'Wilson',
  'Iván',
  'Ricardo',
  'Daniel',
  'Mateo',
  'Julián',
  'Fabián',
  'Héctor',
  'Gustavo',
];
const SURNAMES = [
  'Rodríguez',
  'Gómez',
  'González',
  'Martínez',
  'García',
  'López',
  'Hernández',
  'Sánchez',
  'Ramírez',
  'Pérez',
  'Díaz',
  'Muñoz',
  'Rojas',
  'Moreno',
  'Jiménez',
  'Vargas',
  'Torres',
  'Gutiérrez',
  'Castro',
  'Ruiz',
  'Álvarez',
  'Ortiz',
  'Suárez',
  'Castillo',
  'Romero',
  'Cárdenas',
  'Quintero',
  'Peña',
  'Beltrán',
  'Bernal',
  'Forero',
  'Chaparro',
  'Ávila',
  'Pinzón',
  'Bohórquez',
  'Camacho',
  'Niño',
  'Guerrero',
  'Molina',
  'Salazar',
];

type NamedGender = Exclude<Gender, 'O'>;

const FIRST_NAMES: Readonly<Record<NamedGender, readonly string[]>> = { F: WOMEN, M: MEN };

export interface Person {
  readonly firstName: string;
  readonly lastName: string;
  readonly gender: NamedGender;
}

/** Draws a first name and two surnames, as is usual in Colombia. */
export function drawPerson(dice: Dice): Person {
  const gender = dice.chance(0.52) ? 'F' : 'M';
  const firstName = dice.pick(FIRST_NAMES[gender]);
  return { firstName, lastName: `${dice.pick(SURNAMES)} ${dice.pick(SURNAMES)}`, gender };
}
