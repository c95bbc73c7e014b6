import { dictionary } from '../../lib/dictionary';
import { ago, count, milliseconds } from '../../lib/format';
import { preferences } from '../../lib/preferences.svelte';

/** The books: what was proven, when, and what that means. */
export const t = dictionary({
  es: {
    books: 'Libros',
    verdicts: {
      right: 'Los libros cuadran',
      wrong: 'Los libros no cuadran',
      running: 'Se están probando',
      failed: 'La prueba no pudo terminar',
      abandoned: 'La prueba fue interrumpida',
    },
    statuses: {
      right: 'Cuadran',
      wrong: 'No cuadran',
      running: 'En marcha',
      failed: 'Falló',
      abandoned: 'Interrumpida',
    },
    checks: (number: number) => (number === 1 ? 'Una comprobación' : `${count(number)} comprobaciones`),
    broken: (broken: number, all: number) => `${count(broken)} de ${count(all)} comprobaciones no se cumplen`,
    held: (held: number, all: number) =>
      `${held === 1 ? 'Se cumple' : 'Se cumplen'} ${count(held)} de ${count(all)}`,
    holds: 'Se cumple',
    isBroken: 'No se cumple',
    rows: (rows: string) => `Filas que la rompen: ${rows}. Algunas de ellas:`,
    took: (time: string) => `duró ${time}`,
    by: (client: string) => (client === '' ? 'sin clave' : `la pidió ${client}`),
    byProgram: (name: string) => `programa ${name}`,
    wrongWhat: 'No cambie nada. Avise a quien opera el sistema, con lo que se lista abajo.',
    failedWhat:
      'No se sabe si los libros cuadran. Pruebe de nuevo; si se repite, avise a quien opera el sistema.',
    abandonedWhat: 'Se detuvo el proceso que la hacía. No dice nada de los libros: pruebe de nuevo.',
    partWhat: 'Un programa prueba solo una parte. «Probar ahora» prueba todo.',
    toLast: 'Ver la última prueba',
    neverProven: 'Todavía no se ha probado nada',
    neverProvenWhat: 'Una prueba lee todo sin detener el servicio, y no cambia nada.',
    proveNow: 'Probar ahora',
    running: (since: string, by: string) =>
      `Prueba en marcha, ${since}${by === '' ? '' : `, pedida por ${by}`}`,
    since: (moment: string) => ago(moment),
    progress: 'Avance de la prueba',
    done: (done: number, all: number | null) =>
      all === null
        ? `${count(done)} comprobaciones hechas.`
        : `${count(done)} de unas ${count(all)} comprobaciones.`,
    doing: {
      ledger: 'Ahora: el libro mayor.',
      fares: 'Ahora: cada pasaje, decidido de nuevo.',
      audit: 'Ahora: la auditoría.',
    },
    lost: 'No llegó respuesta. Si la prueba empezó, aparece aquí en unos segundos.',
    meaning: 'Qué quiere decir',
    means: [
      'Cada peso está escrito dos veces: de dónde salió y a dónde llegó. La prueba cuenta y suma otra vez todas las filas, y mira que el saldo de cada tarjeta sea lo que entró menos lo que salió.',
      'También decide de nuevo cada pasaje con las reglas de su día, y comprueba que nadie haya cambiado después lo que ya estaba escrito.',
      'Si cuadran, no falta ni sobra un peso, y cada cobro tiene su porqué. No dice si una persona recibió el dinero que escribió: eso se compara con la caja.',
    ],
    parts: { ledger: 'Libro mayor', fares: 'Pasajes', audit: 'Auditoría' },
    earlier: 'Todas las pruebas',
    more: 'Mostrar más',
  },
  en: {
    books: 'Books',
    verdicts: {
      right: 'The books are right',
      wrong: 'The books are wrong',
      running: 'They are being proven',
      failed: 'The proof could not go on',
      abandoned: 'The proof was interrupted',
    },
    statuses: {
      right: 'Right',
      wrong: 'Wrong',
      running: 'Running',
      failed: 'Failed',
      abandoned: 'Interrupted',
    },
    checks: (number: number) => (number === 1 ? 'One check' : `${count(number)} checks`),
    broken: (broken: number, all: number) => `${count(broken)} of ${count(all)} checks do not hold`,
    held: (held: number, all: number) => `${count(held)} of ${count(all)} ${held === 1 ? 'holds' : 'hold'}`,
    holds: 'Holds',
    isBroken: 'Does not hold',
    rows: (rows: string) => `Rows that break it: ${rows}. Some of them:`,
    took: (time: string) => `took ${time}`,
    by: (client: string) => (client === '' ? 'without a key' : `asked for by ${client}`),
    byProgram: (name: string) => `program ${name}`,
    wrongWhat: 'Change nothing. Tell who runs the system, with what is listed below.',
    failedWhat:
      'Nobody knows whether the books are right. Prove again; if it goes on, tell who runs the system.',
    abandonedWhat: 'The process that made it was stopped. It says nothing about the books: prove again.',
    partWhat: 'A program proves only a part. “Prove now” proves everything.',
    toLast: 'Show the last proof',
    neverProven: 'Nothing was proven yet',
    neverProvenWhat: 'A proof reads everything while the service runs, and changes nothing.',
    proveNow: 'Prove now',
    running: (since: string, by: string) =>
      `A proof is running, ${since}${by === '' ? '' : `, asked for by ${by}`}`,
    since: (moment: string) => ago(moment),
    progress: 'How far the proof is',
    done: (done: number, all: number | null) =>
      all === null ? `${count(done)} checks made.` : `${count(done)} of about ${count(all)} checks.`,
    doing: {
      ledger: 'Now: the ledger.',
      fares: 'Now: each fare, decided again.',
      audit: 'Now: the audit trail.',
    },
    lost: 'No answer arrived. If the proof began, it shows here in a few seconds.',
    meaning: 'What it means',
    means: [
      'Each peso is written down twice: where it came from and where it went. The proof counts and adds up all rows again, and sees whether the balance of each card is what came in less what went out.',
      'It also decides each fare again by the rules of its day, and checks that nobody changed later what was written.',
      'If the books are right, no peso is missing and none is too many, and each charge has its reason. It does not say whether a person received the money that they wrote down: that is compared with the till.',
    ],
    parts: { ledger: 'Ledger', fares: 'Fares', audit: 'Audit trail' },
    earlier: 'All proofs',
    more: 'Show more',
  },
});

/** How long something took: `4 s`, `2 min`. */
export function lasted(from: string, to: string): string {
  const ms = Math.max(0, Date.parse(to) - Date.parse(from));
  if (ms < 1_000) return milliseconds(ms);
  const [length, unit] = ms < 120_000 ? [1_000, 'second'] : [60_000, 'minute'];
  const locale = preferences.language === 'es' ? 'es-CO' : 'en-GB';
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumFractionDigits: ms < 10_000 ? 1 : 0,
  }).format(ms / length);
}
