import type { Text } from '../experiments/text';

/** What the terminal says beside the experiments. */
export const WORDS = {
  ours: { en: 'Travel Recharge', es: 'Travel Recharge' },
  plain: { en: 'plain pattern', es: 'patrón simple' },
  reads: { en: 'reads/s', es: 'lecturas/s' },
  writes: { en: 'writes/s', es: 'escrituras/s' },
  hitRate: { en: 'hit rate', es: 'tasa de aciertos' },
  hit: { en: 'hit p50/p99', es: 'acierto p50/p99' },
  miss: { en: 'miss p50/p99', es: 'fallo p50/p99' },
  failed: { en: 'failed reads/writes', es: 'lecturas/escrituras fallidas' },
  stale: { en: 'stale after acknowledgement', es: 'obsoletas tras confirmación' },
  backwards: { en: 'went backwards', es: 'retrocedieron' },
  trafficOff: { en: 'traffic is off', es: 'sin tráfico' },
  underWay: { en: 'experiment', es: 'experimento' },
  keys: {
    en: '1-6 process  p pause  k kill  c/C cut redis/postgres  i/I silence  d/D delay  l/L loss  e empty  s save  o old dump  f flush  m memory  r/R postgres restart/pause  t traffic  h heal  z zero  x experiment  : command  ? help  q quit',
    es: '1-6 proceso  p pausa  k mata  c/C corta redis/postgres  i/I silencio  d/D retardo  l/L pérdida  e vacío  s guarda  o copia vieja  f flush  m memoria  r/R postgres reinicio/pausa  t tráfico  h cura  z cero  x experimento  : orden  ? ayuda  q salir',
  },
  whichExperiment: {
    en: 'Which experiment? Its number, then Enter: ',
    es: '¿Qué experimento? Su número y Enter: ',
  },
  predict: { en: 'What do you expect? Its number, then Enter: ', es: '¿Qué espera? Su número y Enter: ' },
  right: { en: 'You were right.', es: 'Acertó.' },
  wrong: { en: 'It came out otherwise:', es: 'Resultó de otra manera:' },
  goOn: { en: '[any key: back]', es: '[cualquier tecla: volver]' },
  pages: { en: 'Pages', es: 'Páginas' },
  ready: { en: 'The lab is ready:', es: 'El laboratorio está listo:' },
  api: { en: 'Its API:', es: 'Su API:' },
  ending: { en: 'Stopping everything …', es: 'Deteniendo todo …' },
} as const satisfies Record<string, Text>;
