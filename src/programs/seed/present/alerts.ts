import type { Severity } from '../../../modules/alerts/alert.entity';
import type { Value } from '../load/copy';
import type { City } from '../network/city';

export const ALERT_COLUMNS = [
  'alert_id',
  'station_id',
  'route_id',
  'alert_type',
  'message',
  'severity',
  'start_time',
  'end_time',
] as const;

interface Alert {
  readonly station?: string;
  readonly route?: string;
  readonly type: 'MANTENIMIENTO' | 'RETRASO' | 'DESVIO' | 'CIERRE' | 'INFORMACION' | 'EVENTO';
  readonly severity: Severity;
  readonly message: string;
  /** Hours from now. They are negative for the past. An alert without an end lasts until somebody ends it. */
  readonly from: number;
  readonly to?: number;
}

const ALERTS: readonly Alert[] = [
  {
    station: 'Portal Norte',
    type: 'MANTENIMIENTO',
    severity: 'INFO',
    message: 'Mantenimiento del ascensor del acceso oriental; use la rampa.',
    from: -20,
  },
  {
    station: 'Portal Norte',
    type: 'RETRASO',
    severity: 'WARNING',
    message: 'Mayor tiempo de espera en las rutas hacia el centro por alta demanda.',
    from: -1,
    to: 3,
  },
  {
    station: 'Portal Norte',
    type: 'CIERRE',
    severity: 'CRITICAL',
    message: 'Acceso sur cerrado por obras.',
    from: -96,
    to: -30,
  },
  {
    station: 'Calle 100',
    type: 'MANTENIMIENTO',
    severity: 'INFO',
    message: 'Taquilla 2 fuera de servicio; recargue en la taquilla 1 o en la aplicación.',
    from: -6,
    to: 18,
  },
  {
    station: 'Héroes',
    type: 'DESVIO',
    severity: 'WARNING',
    message: 'Puente peatonal en obra: ingrese por el costado occidental.',
    from: -70,
  },
  {
    station: 'Av. Jiménez',
    type: 'RETRASO',
    severity: 'WARNING',
    message: 'Congestión en el túnel de conexión con Museo del Oro.',
    from: -2,
    to: 2,
  },
  {
    station: 'Ricaurte',
    type: 'INFORMACION',
    severity: 'INFO',
    message: 'Túnel entre las plataformas NQS y Calle 13 habilitado de 4:00 a 23:00.',
    from: -120,
  },
  {
    station: 'Universidades',
    type: 'CIERRE',
    severity: 'CRITICAL',
    message: 'Estación cerrada por manifestación.',
    from: -28,
    to: -25,
  },
  {
    station: 'Campín',
    type: 'EVENTO',
    severity: 'INFO',
    message: 'Partido en el estadio: refuerzo de rutas al terminar.',
    from: -50,
    to: -44,
  },
  {
    station: 'Portal Américas',
    type: 'MANTENIMIENTO',
    severity: 'INFO',
    message: 'Cicloparqueadero con cupo reducido.',
    from: -12,
    to: 36,
  },
  {
    station: 'Mirador del Paraíso',
    type: 'INFORMACION',
    severity: 'WARNING',
    message: 'Cable a velocidad reducida por vientos.',
    from: -3,
    to: 1,
  },
  {
    route: 'H75',
    type: 'DESVIO',
    severity: 'WARNING',
    message: 'La ruta H75 no se detiene en Hortúa por obras en la calzada.',
    from: -40,
    to: 48,
  },
  {
    route: 'F23',
    type: 'RETRASO',
    severity: 'INFO',
    message: 'Frecuencia de la ruta F23 cada 9 minutos.',
    from: -26,
    to: -22,
  },
  {
    type: 'INFORMACION',
    severity: 'INFO',
    message: 'Personalice su tarjeta para hacer transbordos y recuperar su saldo si la pierde.',
    from: -150,
  },
  {
    type: 'INFORMACION',
    severity: 'WARNING',
    message: 'Recargas en línea con demoras de hasta 10 minutos.',
    from: -2,
    to: 6,
  },
  {
    type: 'CIERRE',
    severity: 'CRITICAL',
    message: 'Operación suspendida en la Avenida Caracas por un accidente.',
    from: -75,
    to: -73,
  },
];

/** Returns alerts of stations, routes and the whole system. Some are active, and some are from the past week. */
export function alertRows({ stations, routes }: City, now: Date): Value[][] {
  const stamp = (hours: number): string => new Date(now.getTime() + hours * 3_600_000).toISOString();
  return ALERTS.map(({ station, route, type, severity, message, from, to }, n) => [
    n + 1,
    station === undefined ? null : (stations.find(({ name }) => name === station)?.id ?? null),
    route === undefined ? null : (routes.find(({ code }) => code === route)?.id ?? null),
    type,
    message,
    severity,
    stamp(from),
    to === undefined ? null : stamp(to),
  ]);
}
