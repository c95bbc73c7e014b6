import type { RouteType } from '../../../modules/fares/route-type';

/** An operator of vehicles, and which routes it runs. Its yard is near a station. */
export interface Concessionaire {
  readonly name: string;
  readonly operates: readonly RouteType[];
  readonly yard: string;
}

/** The names are those of real operators of the city. Their fleets, drivers and revenues here are invented. */
export const CONCESSIONAIRES: readonly Concessionaire[] = [
  { name: 'Bogotá Móvil Operación Norte', operates: ['TRONCAL', 'ALIMENTADORA'], yard: 'Portal Norte' },
  { name: 'Consorcio Express', operates: ['TRONCAL', 'DUAL', 'ZONAL_UCE'], yard: 'Portal 20 de Julio' },
  { name: 'Express del Futuro', operates: ['TRONCAL'], yard: 'Portal 80' },
  { name: 'Gmóvil', operates: ['TRONCAL', 'DUAL', 'ZONAL_UCE', 'ALIMENTADORA'], yard: 'Portal El Dorado' },
  { name: 'Masivo Bogotá', operates: ['TRONCAL', 'ALIMENTADORA'], yard: 'Portal Américas' },
  { name: 'SI18 Suba', operates: ['TRONCAL', 'ALIMENTADORA'], yard: 'Portal Suba' },
  { name: 'Capital Bus', operates: ['TRONCAL'], yard: 'Portal Usme' },
  { name: 'Bogotá Móvil Operación Sur', operates: ['TRONCAL', 'ALIMENTADORA'], yard: 'Portal Sur' },
  { name: 'ETIB', operates: ['ZONAL_UCE'], yard: 'Perdomo' },
  { name: 'Este es Mi Bus', operates: ['ZONAL_UCE'], yard: 'Patio Bonito' },
  { name: 'SUMA', operates: ['ZONAL_UCE'], yard: 'Molinos' },
  { name: 'La Rolita', operates: ['ZONAL_UCE', 'ALIMENTADORA'], yard: 'Portal Tunal' },
  { name: 'Cable Móvil', operates: ['CABLE'], yard: 'Mirador del Paraíso' },
];
