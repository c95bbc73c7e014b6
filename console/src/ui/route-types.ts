import type { NetworkRoute } from '../api/schema';
import { dictionary } from '../lib/dictionary';

/** What people call the types of routes. */
export const routeTypes = dictionary<Readonly<Record<NetworkRoute['route_type'], string>>>({
  es: { TRONCAL: 'Troncal', DUAL: 'Dual', CABLE: 'Cable', ZONAL_UCE: 'Zonal', ALIMENTADORA: 'Alimentadora' },
  en: { TRONCAL: 'Trunk', DUAL: 'Dual', CABLE: 'Cable', ZONAL_UCE: 'Zonal', ALIMENTADORA: 'Feeder' },
});
