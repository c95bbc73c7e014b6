/** A feeder route. It leaves a portal along one street of a neighbourhood, and returns along the next street. */
export interface Feeder {
  readonly code: string;
  readonly name: string;
  readonly portal: string;
  /** The compass bearing of the way out, in degrees. */
  readonly bearing: number;
  /** The street of the way out, the street of the way back, and the first street that crosses both. */
  readonly streets: readonly [out: string, back: string];
  readonly crosses: string;
  readonly firstCrossing: number;
  readonly stopsEachWay: number;
}

/** Invented feeder routes of real neighbourhoods. The number before the dash is the number of the portal. */
export const FEEDERS: readonly Feeder[] = [
  feeder('1-1', 'San Antonio', 'Portal Norte', 85, ['Calle 175', 'Calle 177'], 'Carrera', 20, 5),
  feeder('1-3', 'Verbenal', 'Portal Norte', 35, ['Carrera 19', 'Carrera 18'], 'Calle', 182, 6),
  feeder('1-5', 'Mirandela', 'Portal Norte', 300, ['Carrera 50', 'Carrera 54'], 'Calle', 180, 5),
  feeder('3-1', 'Bilbao', 'Portal Suba', 285, ['Calle 143', 'Calle 142'], 'Carrera', 110, 7),
  feeder('3-4', 'Lisboa', 'Portal Suba', 260, ['Calle 132', 'Calle 130'], 'Carrera', 118, 6),
  feeder('3-6', 'Villa del Prado', 'Portal Suba', 50, ['Carrera 91', 'Carrera 90'], 'Calle', 152, 5),
  feeder('4-1', 'Bachué', 'Portal 80', 15, ['Carrera 95', 'Carrera 96'], 'Calle', 84, 5),
  feeder('4-3', 'Garcés Navas', 'Portal 80', 200, ['Carrera 105', 'Carrera 107'], 'Calle', 72, 6),
  feeder('4-5', 'Villas de Granada', 'Portal 80', 250, ['Calle 77', 'Calle 75'], 'Carrera', 112, 5),
  feeder('5-1', 'Patio Bonito', 'Portal Américas', 340, ['Carrera 94', 'Carrera 96'], 'Calle', 10, 5),
  feeder('5-3', 'Porvenir', 'Portal Américas', 255, ['Calle 49 Sur', 'Calle 51 Sur'], 'Carrera', 96, 6),
  feeder('5-6', 'Metrovivienda', 'Portal Américas', 225, ['Carrera 89B', 'Carrera 91'], 'Calle', 52, 6),
  feeder('6-1', 'San Francisco', 'Portal Tunal', 190, ['Carrera 20', 'Carrera 22'], 'Calle', 62, 5),
  feeder('6-4', 'Arborizadora Alta', 'Portal Tunal', 235, ['Calle 68 Sur', 'Calle 70 Sur'], 'Carrera', 28, 6),
  feeder('7-2', 'Yomasa', 'Portal Usme', 150, ['Calle 81 Sur', 'Calle 83 Sur'], 'Carrera', 7, 5),
  feeder('7-4', 'Santa Librada', 'Portal Usme', 20, ['Carrera 13A', 'Carrera 12'], 'Calle', 70, 4),
  feeder('8-1', 'Bosa Centro', 'Portal Sur', 300, ['Carrera 78', 'Carrera 80'], 'Calle', 63, 6),
  feeder('8-3', 'Perdomo', 'Portal Sur', 165, ['Carrera 72', 'Carrera 73'], 'Calle', 58, 5),
  feeder('10-2', 'Juan Rey', 'Portal 20 de Julio', 160, ['Carrera 5', 'Carrera 4'], 'Calle', 31, 7),
  feeder(
    '10-4',
    'Resurrección',
    'Portal 20 de Julio',
    240,
    ['Calle 33 Sur', 'Calle 35 Sur'],
    'Carrera',
    10,
    4,
  ),
  feeder('16-1', 'Álamos', 'Portal El Dorado', 20, ['Carrera 96', 'Carrera 98'], 'Calle', 64, 4),
  feeder('16-3', 'Aeropuerto', 'Portal El Dorado', 305, ['Calle 26', 'Calle 25G'], 'Carrera', 104, 4),
];

function feeder(
  code: string,
  name: string,
  portal: string,
  bearing: number,
  streets: readonly [string, string],
  crosses: string,
  firstCrossing: number,
  stopsEachWay: number,
): Feeder {
  return { code, name, portal, bearing, streets, crosses, firstCrossing, stopsEachWay };
}
