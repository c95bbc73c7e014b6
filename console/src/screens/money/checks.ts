/** What each check of a proof says, in Spanish. The service says it in English. */
const SPANISH: Readonly<Record<string, string>> = {
  'every row that another row refers to exists': 'Existe cada fila a la que otra se refiere.',
  'every posting moves an amount from one account to another':
    'Cada asiento mueve un valor de una cuenta a otra.',
  'debits equal credits, summed over all accounts':
    'Los débitos son iguales a los créditos, sumados en todas las cuentas.',
  "every card's balance is the sum of its account's postings":
    'El saldo de cada tarjeta es la suma de los asientos de su cuenta.',
  "every card's balance and version are those of its last posting, and it was not updated before that":
    'El saldo y la versión de cada tarjeta son los de su último asiento, y no se actualizó antes de él.',
  'the postings of a card are numbered without gaps, and each leaves the balance before it plus its amount':
    'Los asientos de una tarjeta están numerados sin huecos, y cada uno deja el saldo anterior más su valor.',
  'no card owes more than it may': 'Ninguna tarjeta debe más de lo que puede.',
  "a posting that names no card moves no card's account":
    'Un asiento que no nombra tarjeta no mueve la cuenta de ninguna.',
  'every card has a card account, and every card account a card':
    'Cada tarjeta tiene su cuenta, y cada cuenta de tarjeta su tarjeta.',
  'each kind of posting debits and credits the kinds of account that it may':
    'Cada clase de asiento debita y acredita las clases de cuenta que puede.',
  'each recharge is posted once, for its amount, its card and its channel, at its time':
    'Cada recarga está asentada una vez: por su valor, en su tarjeta y su canal, a su hora.',
  'each reversal is posted once, for the whole recharge, from its card to its channel, at its time':
    'Cada reverso está asentado una vez: por la recarga entera, de su tarjeta a su canal, a su hora.',
  'each transaction_id of a client belongs to one recharge that exists':
    'Cada transaction_id de un cliente pertenece a una sola recarga, que existe.',
  'each fare above 0 is posted once, for its amount and its card, at its boarding, to the concessionaire of its route':
    'Cada pasaje mayor que 0 está asentado una vez: por su valor y su tarjeta, al subir, al concesionario de su ruta.',
  'revenue is the same by postings, by trips, by concessionaire and by locality':
    'Los ingresos son los mismos por asientos, por viajes, por concesionario y por localidad.',
  'the open trips are exactly the trips in progress, at most one for each card':
    'Los viajes abiertos son exactamente los viajes en curso, a lo sumo uno por tarjeta.',
  'the running totals are those of their rows': 'Los totales acumulados son los de sus filas.',
  'the totals by minute, hour and service day are those of their rows':
    'Los totales por minuto, hora y día son los de sus filas.',
  'the transfers after an anchor are numbered 1, 2, … and are of its card, and no other trip has a number':
    'Los transbordos de un viaje están numerados 1, 2, … y son de su tarjeta; ningún otro viaje tiene número.',
  'a card that never boarded on credit may owe what it owed when it was imported, or nothing':
    'Una tarjeta que nunca viajó a crédito puede deber lo que debía al importarse, o nada.',
  'a card was last used when it last boarded': 'El último uso de una tarjeta es la última vez que subió.',
  'a ride that cost nothing left the balance that its card had':
    'Un viaje que no costó nada dejó el saldo que tenía la tarjeta.',
  'each ride begins and ends at stops of its route, and was charged the price for the type of its route':
    'Cada viaje empieza y termina en paradas de su ruta, y se cobró el precio del tipo de su ruta.',
  'each imported ride cost what one of the imported fares says, and has no explanation':
    'Cada viaje importado costó lo que dice una de las tarifas importadas, y no tiene explicación.',
  'all imported rows are there, and opening balances have the time of an import':
    'Todas las filas importadas están, y los saldos iniciales tienen la hora de una importación.',
  'there is one account for each concessionaire, each channel, openings, adjustments and other fare revenue':
    'Hay una cuenta por concesionario, por canal, para saldos iniciales, ajustes y otros ingresos.',
  'no id and no watermark is above the last id that its sequence has given':
    'Ningún id ni marca está por encima del último que dio su secuencia.',
  'each table that must have exactly one row, or one for each source, has it':
    'Cada tabla que debe tener exactamente una fila, o una por fuente, la tiene.',
  'a payout leaves nothing on a card of an erased rider, and no such card has money, owes any, or can be used':
    'Una devolución no deja nada en la tarjeta de un pasajero borrado, y ninguna de esas tarjetas tiene dinero, debe, o se puede usar.',
  "every card's debt is the sum of its account's postings, and each account of a debt is of one card":
    'La deuda de cada tarjeta es la suma de los asientos de su cuenta, y cada cuenta de deuda es de una sola tarjeta.',
  'what a card was lent is part of what follows it, and what it paid of its debt is part of what came before it':
    'Lo que se prestó a una tarjeta es parte del asiento que sigue, y lo que pagó de su deuda es parte del anterior.',
  'the hotlist has exactly the cards that are blocked or lost, or owe more than is tolerated':
    'La lista de tarjetas rechazadas tiene exactamente las bloqueadas, las perdidas y las que deben más de lo tolerado.',
  'each list of the validators has the members, the checksum and the version that it says':
    'Cada lista de los validadores tiene los miembros, la suma de control y la versión que dice.',
  'what waits for validators is what its account has, and each action is posted as its status says':
    'Lo que espera a los validadores es lo que tiene su cuenta, y cada acción está asentada como dice su estado.',
  'each adjustment of a fare follows from the fare before it, and is posted once, for its trip and its card, at its time':
    'Cada ajuste de un pasaje parte del pasaje anterior y está asentado una vez, por su viaje y su tarjeta, a su hora.',
  'the stored responses of repeatable requests agree with their records':
    'Las respuestas guardadas de las solicitudes repetibles coinciden con sus registros.',
  'whatever a new posting, recharge or trip refers to exists':
    'Existe todo aquello a lo que se refieren los asientos, recargas y viajes nuevos.',
  "a card's new postings go on from the version and the balance that its last proven posting left":
    'Los asientos nuevos de una tarjeta siguen desde la versión y el saldo que dejó su último asiento probado.',
  'all cards together have what all postings left on them':
    'Todas las tarjetas juntas tienen lo que los asientos dejaron en ellas.',
  'every fare and every use of credit is what the rules decide':
    'Cada pasaje y cada uso de crédito es lo que deciden las reglas.',
  'the trail tells of each recharge, reversal and trip since it began':
    'La auditoría cuenta cada recarga, reverso y viaje desde que empezó.',
  'each sequence gives the next number to whoever asks':
    'Cada secuencia da el número siguiente a quien lo pide.',
};

/** What is sealed: the rows of these tables. */
const SEALED: Readonly<Record<string, string>> = {
  audit_entries: 'la auditoría',
  postings: 'los asientos',
};

/** Checks whose text names what they are about. */
const PATTERNS: readonly (readonly [RegExp, (...parts: string[]) => string])[] = [
  [
    /^the rows of (\w+) are those that were sealed \((.+)\)$/,
    (name = '', counts = '') => `Las filas de ${name} son las que se sellaron (${countsOf(counts)}).`,
  ],
  [
    /^the chain of (\w+) is the one whose head is in (.+)$/,
    (name = '', head = '') => `La cadena de ${name} es aquella cuya cabeza está en ${head}.`,
  ],
  [
    /^the rows of (\w+) are sealed soon after they were added$/,
    (name = '') => `Las filas de ${name} se sellan poco después de añadirse.`,
  ],
  [
    /^the database refuses to change (\w+) and their seals$/,
    (name = '') => `La base de datos se niega a cambiar ${name} y sus sellos.`,
  ],
  [
    /^nothing else stands between the service and the rows of (\w+) and their seals$/,
    (name = '') => `Nada más se interpone entre el servicio y las filas de ${name} y sus sellos.`,
  ],
];

/** `3 seals over 120 rows; 5 rows not sealed yet` */
function countsOf(counts: string): string {
  return counts
    .replace(
      /(\d+) seals? over (\d+) rows?/,
      (_, seals: string, rows: string) => `${sealsOf(seals)} sobre ${rowsOf(rows)}`,
    )
    .replace(/behind seal (\d+), which was proven before/, 'tras el sello $1, ya probado')
    .replace(
      /the rows of (\d+) old seals? were dropped/,
      (_, seals: string) =>
        `se borraron las filas de ${seals === '1' ? '1 sello viejo' : `${seals} sellos viejos`}`,
    )
    .replace(/(\d+) rows? not sealed yet/, (_, rows: string) => `${rowsOf(rows)} sin sellar todavía`);
}

function sealsOf(seals: string): string {
  return seals === '1' ? '1 sello' : `${seals} sellos`;
}

function rowsOf(rows: string): string {
  return rows === '1' ? '1 fila' : `${rows} filas`;
}

/** What a check says in Spanish; null for one that is not known here. */
export function saysOf(check: string): string | null {
  const known = SPANISH[check];
  if (known !== undefined) return known;
  for (const [pattern, says] of PATTERNS) {
    const [found, name = '', ...rest] = pattern.exec(check) ?? [];
    if (found !== undefined) return says(SEALED[name] ?? name, ...rest);
  }
  return null;
}
