import { dictionary } from '../../lib/dictionary';

/** The kinds that the feed has, whose capitals have lost their accents. */
const kinds = dictionary<Readonly<Record<string, string>>>({
  es: {
    CIERRE: 'Cierre',
    DESVIO: 'Desvío',
    ESTACION: 'Estación',
    EVENTO: 'Evento',
    INFORMACION: 'Información',
    MANTENIMIENTO: 'Mantenimiento',
    RETRASO: 'Retraso',
  },
  en: {
    CIERRE: 'Closure',
    DESVIO: 'Detour',
    ESTACION: 'Station',
    EVENTO: 'Event',
    INFORMACION: 'Information',
    MANTENIMIENTO: 'Maintenance',
    RETRASO: 'Delay',
  },
});

/** A kind that the feed shouts, such as `PORTAL` or `ZONAL_UCE`, as people write it. Others stay as they are. */
export function inWords(kind: string): string {
  const known = kinds()[kind];
  if (known !== undefined || kind !== kind.toUpperCase()) return known ?? kind;
  const words = kind.replaceAll('_', ' ').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
