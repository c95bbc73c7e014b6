/** A crossing: the number of the street that crosses (negative in the south), latitude, longitude. */
export type Crossing = readonly [number: number, latitude: number, longitude: number];

/** A zonal route in both directions along one street. It stops at every n-th crossing street. */
export interface ZonalCorridor {
  readonly codes: readonly [there: string, back: string];
  readonly ends: readonly [from: string, to: string];
  readonly street: string;
  readonly crosses: 'Calle' | 'Carrera';
  readonly path: readonly Crossing[];
  readonly every: number;
}

/** Invented routes along streets of the city. Stops between two given crossings are interpolated. */
export const ZONAL_CORRIDORS: readonly ZonalCorridor[] = [
  {
    codes: ['A603', 'B603'],
    ends: ['Cedritos', 'Germania'],
    street: 'Carrera 13',
    crosses: 'Calle',
    path: [
      [92, 4.6762, -74.0503],
      [72, 4.6575, -74.0593],
      [45, 4.6315, -74.0655],
      [26, 4.614, -74.0697],
    ],
    every: 5,
  },
  {
    codes: ['A612', 'B612'],
    ends: ['Usaquén', 'Lourdes'],
    street: 'Carrera 15',
    crosses: 'Calle',
    path: [
      [127, 4.7042, -74.0475],
      [100, 4.6833, -74.0505],
      [76, 4.6628, -74.059],
    ],
    every: 4,
  },
  {
    codes: ['A618', 'B618'],
    ends: ['Cedritos', 'El Lago'],
    street: 'Carrera 19',
    crosses: 'Calle',
    path: [
      [153, 4.7345, -74.0425],
      [127, 4.7045, -74.0497],
      [100, 4.6838, -74.0545],
      [80, 4.6666, -74.059],
    ],
    every: 6,
  },
  {
    codes: ['C208', 'F208'],
    ends: ['San José de Bavaria', 'Mundo Aventura'],
    street: 'Avenida Boyacá',
    crosses: 'Calle',
    path: [
      [170, 4.756, -74.068],
      [127, 4.7165, -74.0765],
      [80, 4.694, -74.0876],
      [26, 4.669, -74.1128],
      [6, 4.6301, -74.1346],
    ],
    every: 9,
  },
  {
    codes: ['D310', 'G310'],
    ends: ['Metrópolis', 'Venecia'],
    street: 'Avenida Carrera 68',
    crosses: 'Calle',
    path: [
      [80, 4.6857, -74.081],
      [26, 4.6585, -74.1042],
      [13, 4.639, -74.1145],
      [-38, 4.595, -74.131],
    ],
    every: 8,
  },
  {
    codes: ['L404', 'F404'],
    ends: ['20 de Julio', 'Kennedy'],
    street: 'Avenida Primero de Mayo',
    crosses: 'Carrera',
    path: [
      [10, 4.5763, -74.0947],
      [30, 4.5925, -74.1115],
      [68, 4.6075, -74.1305],
      [80, 4.6225, -74.149],
    ],
    every: 5,
  },
  {
    codes: ['D215', 'F215'],
    ends: ['Quirigua', 'Patio Bonito'],
    street: 'Avenida Ciudad de Cali',
    crosses: 'Calle',
    path: [
      [80, 4.702, -74.1007],
      [26, 4.6775, -74.1195],
      [13, 4.656, -74.142],
      [-6, 4.637, -74.157],
      [-43, 4.6265, -74.1715],
    ],
    every: 9,
  },
  {
    codes: ['K501', 'A501'],
    ends: ['Fontibón', 'Paloquemao'],
    street: 'Calle 13',
    crosses: 'Carrera',
    path: [
      [116, 4.6755, -74.1545],
      [100, 4.6685, -74.144],
      [68, 4.6395, -74.117],
      [36, 4.6205, -74.0975],
    ],
    every: 7,
  },
  {
    codes: ['A520', 'D520'],
    ends: ['Chapinero', 'Normandía'],
    street: 'Calle 53',
    crosses: 'Carrera',
    path: [
      [9, 4.637, -74.0625],
      [30, 4.644, -74.078],
      [68, 4.662, -74.097],
    ],
    every: 5,
  },
  {
    codes: ['A531', 'D531'],
    ends: ['Chapinero', 'Engativá'],
    street: 'Calle 63',
    crosses: 'Carrera',
    path: [
      [9, 4.647, -74.0605],
      [30, 4.6535, -74.077],
      [68, 4.669, -74.095],
      [110, 4.69, -74.133],
    ],
    every: 8,
  },
  {
    codes: ['B127', 'C127'],
    ends: ['Santa Bárbara', 'Niza'],
    street: 'Calle 127',
    crosses: 'Carrera',
    path: [
      [7, 4.7042, -74.0315],
      [45, 4.7051, -74.0545],
      [72, 4.716, -74.0757],
    ],
    every: 6,
  },
  {
    codes: ['B134', 'C134'],
    ends: ['Belmira', 'Prado Veraniego'],
    street: 'Calle 134',
    crosses: 'Carrera',
    path: [
      [7, 4.7118, -74.0309],
      [45, 4.7185, -74.052],
      [59, 4.7215, -74.066],
    ],
    every: 5,
  },
  {
    codes: ['B170', 'C170'],
    ends: ['San Antonio Norte', 'Lombardía'],
    street: 'Calle 170',
    crosses: 'Carrera',
    path: [
      [7, 4.748, -74.0265],
      [45, 4.7505, -74.047],
      [91, 4.758, -74.085],
    ],
    every: 8,
  },
  {
    codes: ['E224', 'A224'],
    ends: ['San Felipe', 'Teusaquillo'],
    street: 'Carrera 24',
    crosses: 'Calle',
    path: [
      [76, 4.6655, -74.0675],
      [63, 4.6515, -74.0715],
      [34, 4.6225, -74.0775],
    ],
    every: 4,
  },
  {
    codes: ['E250', 'G250'],
    ends: ['Quinta Paredes', 'Muzú'],
    street: 'Carrera 50',
    crosses: 'Calle',
    path: [
      [26, 4.643, -74.0957],
      [6, 4.62, -74.112],
      [-39, 4.5965, -74.129],
    ],
    every: 6,
  },
  {
    codes: ['H643', 'F643'],
    ends: ['Meissen', 'Tintalito'],
    street: 'Avenida Villavicencio',
    crosses: 'Carrera',
    path: [
      [24, 4.5705, -74.138],
      [54, 4.5945, -74.1495],
      [70, 4.608, -74.1565],
      [98, 4.628, -74.172],
    ],
    every: 6,
  },
];

/** Dual routes leave the trunk stations and go on along the kerb of Carrera 7, past these crossings. */
export const CARRERA_7_KERB: readonly Crossing[] = [
  [39, 4.627, -74.065],
  [45, 4.6312, -74.0637],
  [72, 4.655, -74.0562],
  [100, 4.6803, -74.0388],
  [116, 4.6946, -74.034],
];

/** Like a trunk route, but its stops go on along Carrera 7, with a stop at every seventh crossing street. */
export const DUAL_ROUTES = [
  {
    codes: ['M86', 'K86'],
    ends: ['Portal El Dorado', 'Santa Bárbara'],
    stops: [
      'Portal El Dorado',
      'Normandía',
      'Av. Rojas',
      'Salitre - El Greco',
      'Gobernación',
      'Quinta Paredes',
      'Ciudad Universitaria',
      'Concejo de Bogotá',
      'Centro Memoria',
      'Museo Nacional',
    ],
  },
  {
    codes: ['M82', 'L82'],
    ends: ['Portal 20 de Julio', 'Santa Bárbara'],
    stops: [
      'Portal 20 de Julio',
      'Country Sur',
      'Av. 1 de Mayo',
      'Ciudad Jardín',
      'Bicentenario',
      'San Victorino',
      'Las Nieves',
      'San Diego',
      'Museo Nacional',
    ],
  },
] as const;
