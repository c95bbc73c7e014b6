/** Bogotá's localities in the order of their official numbers, which begin with 1. */
export const LOCALITIES = [
  'Usaquén',
  'Chapinero',
  'Santa Fe',
  'San Cristóbal',
  'Usme',
  'Tunjuelito',
  'Bosa',
  'Kennedy',
  'Fontibón',
  'Engativá',
  'Suba',
  'Barrios Unidos',
  'Teusaquillo',
  'Los Mártires',
  'Antonio Nariño',
  'Puente Aranda',
  'La Candelaria',
  'Rafael Uribe Uribe',
  'Ciudad Bolívar',
  'Sumapaz',
] as const;

/** Points inside localities: latitude, longitude, number of the locality. There are enough of them to separate neighbours. */
const LANDMARKS: readonly (readonly [number, number, number])[] = [
  [4.75, -74.035, 1],
  [4.72, -74.035, 1],
  [4.695, -74.038, 1],
  [4.675, -74.048, 2],
  [4.65, -74.06, 2],
  [4.615, -74.069, 3],
  [4.603, -74.078, 3],
  [4.563, -74.09, 4],
  [4.55, -74.085, 4],
  [4.52, -74.115, 5],
  [4.535, -74.105, 5],
  [4.575, -74.132, 6],
  [4.59, -74.142, 6],
  [4.612, -74.19, 7],
  [4.632, -74.195, 7],
  [4.628, -74.148, 8],
  [4.61, -74.155, 8],
  [4.645, -74.15, 8],
  [4.635, -74.17, 8],
  [4.67, -74.14, 9],
  [4.65, -74.12, 9],
  [4.68, -74.125, 10],
  [4.705, -74.11, 10],
  [4.685, -74.095, 10],
  [4.745, -74.09, 11],
  [4.72, -74.07, 11],
  [4.75, -74.06, 11],
  [4.68, -74.072, 12],
  [4.665, -74.077, 12],
  [4.64, -74.078, 13],
  [4.655, -74.095, 13],
  [4.607, -74.09, 14],
  [4.588, -74.1, 15],
  [4.62, -74.11, 16],
  [4.605, -74.115, 16],
  [4.597, -74.073, 17],
  [4.568, -74.112, 18],
  [4.55, -74.15, 19],
  [4.575, -74.165, 19],
];

/** Returns the number of the locality of a point: that of the nearest landmark. */
export function localityAt(latitude: number, longitude: number): number {
  let nearest = 0;
  let least = Infinity;
  for (const [lat, lon, locality] of LANDMARKS) {
    const distance = (lat - latitude) ** 2 + (lon - longitude) ** 2;
    if (distance >= least) continue;
    least = distance;
    nearest = locality;
  }
  return nearest;
}
