import type { Problem } from '../api/schema';
import { dictionary } from '../lib/dictionary';
import { money } from '../lib/format';

/** What parts of any screen say. */
export const t = dictionary({
  es: {
    loading: 'Cargando…',
    close: 'Cerrar',
    away: 'El servicio no responde',
    awayWhat: 'Se vuelve a preguntar en unos segundos.',
    noData: 'Todavía sin datos',
    staleSince: (ago: string) => `Datos de ${ago}`,
    copied: 'Copiado',
    request: 'solicitud',
    copyRequest: 'Copiar el número de la solicitud',
    more: 'Qué significa',
    lost: 'No llegó respuesta. Se pregunta de nuevo con la misma clave: se hace una sola vez.',
    unknown: 'No se sabe si se hizo. Pregunte de nuevo: con la misma clave se hace una sola vez.',
    askAgain: 'Preguntar de nuevo',
    asTable: 'Como tabla',
    when: 'Hora',
    cancel: 'Cancelar',
    total: 'Total',
    showAll: (count: number) => `Mostrar todas (${count})`,
    chartHow: 'Con las flechas se va de barra en barra; los mismos datos están en la tabla.',
    range: 'Periodo',
    presets: {
      today: 'Hoy',
      yesterday: 'Ayer',
      '7d': 'Últimos 7 días',
      '30d': 'Últimos 30 días',
      '90d': 'Últimos 90 días',
      month: 'Este mes',
      'last-month': 'El mes pasado',
      '12m': 'Últimos 12 meses',
    },
    picked: 'Otros días…',
    from: 'Desde',
    until: 'Hasta',
    earlier: 'Periodo anterior',
    later: 'Periodo siguiente',
    spanFault: 'Del primer día al último, y no más de 366.',
  },
  en: {
    loading: 'Loading…',
    close: 'Close',
    away: 'The service does not answer',
    awayWhat: 'It is asked again in a few seconds.',
    noData: 'No data yet',
    staleSince: (ago: string) => `Data of ${ago}`,
    copied: 'Copied',
    request: 'request',
    copyRequest: 'Copy the number of the request',
    more: 'What it means',
    lost: 'No answer arrived. It is asked again with the same key: it is done once.',
    unknown: 'Nobody knows whether it was done. Ask again: with the same key it is done once.',
    askAgain: 'Ask again',
    asTable: 'As a table',
    when: 'Time',
    cancel: 'Cancel',
    total: 'Total',
    showAll: (count: number) => `Show all (${count})`,
    chartHow: 'The arrow keys go from bar to bar; the same data are in the table.',
    range: 'Range',
    presets: {
      today: 'Today',
      yesterday: 'Yesterday',
      '7d': 'Last 7 days',
      '30d': 'Last 30 days',
      '90d': 'Last 90 days',
      month: 'This month',
      'last-month': 'Last month',
      '12m': 'Last 12 months',
    },
    picked: 'Other days…',
    from: 'From',
    until: 'To',
    earlier: 'The range before',
    later: 'The range after',
    spanFault: 'From the first day to the last, and no more than 366.',
  },
});

interface RefusalText {
  readonly title: string;
  readonly advice: string;
}

/** The refusals that people at a counter meet, in their language: why, and what to do. */
const refusals = dictionary<Readonly<Record<string, (problem: Problem) => RefusalText>>>({
  es: {
    scope_missing: ({ scope = '' }: Problem) => ({
      title: 'Su clave no puede hacer esto',
      advice: `Hace falta el permiso ${scope}. Pídalo a un administrador.`,
    }),
    card_not_found: () => ({ title: 'Esta tarjeta no existe', advice: 'Revise el número.' }),
    card_not_active: () => ({
      title: 'La tarjeta no está activa',
      advice: 'Actívela primero, o use otra. Una tarjeta perdida no se puede activar.',
    }),
    insufficient_balance: ({ shortfall = 0 }: Problem) => ({
      title: 'El saldo no alcanza',
      advice: `Faltan ${money(shortfall)}. Recargue la tarjeta.`,
    }),
    recharge_spent: () => ({
      title: 'El dinero de esta recarga ya se gastó',
      advice: 'La tarjeta tiene menos de lo que habría que quitar. Nada cambió.',
    }),
    already_reversed: () => ({
      title: 'Esta recarga ya fue reversada',
      advice: 'No hay que hacer nada: el dinero ya se quitó de la tarjeta.',
    }),
    reversal_limit: ({ left = 0 }: Problem) => ({
      title: 'Es más de lo que un agente puede reversar',
      advice: `Ahora puede reversar hasta ${money(left)} de una vez. Pídalo a finanzas.`,
    }),
    balance_limit: () => ({
      title: 'La tarjeta no puede tener tanto dinero',
      advice: 'Recargue un valor menor.',
    }),
    illegal_transition: () => ({
      title: 'La tarjeta no puede tener este estado',
      advice: 'Una tarjeta perdida queda perdida. Entregue una nueva.',
    }),
    rider_erased: () => ({
      title: 'Los datos del pasajero fueron borrados',
      advice: 'Su tarjeta queda como está. Registre a la persona de nuevo.',
    }),
    too_many_requests: () => ({
      title: 'Demasiadas solicitudes',
      advice: 'Espere un minuto e inténtelo de nuevo.',
    }),
    database_away: () => ({
      title: 'La base de datos no responde',
      advice: 'Se vuelve a preguntar enseguida. Nada se pierde.',
    }),
    overloaded: () => ({ title: 'El servicio está ocupado', advice: 'Se vuelve a preguntar enseguida.' }),
    database_busy: () => ({
      title: 'La base de datos está ocupada',
      advice: 'Se vuelve a preguntar enseguida. Si se repite, pida menos de una vez.',
    }),
    totals_incomplete: () => ({
      title: 'El servicio todavía está contando la historia',
      advice: 'Pasa una vez, tras una versión nueva. Se vuelve a preguntar en unos segundos.',
    }),
    service_stopping: () => ({
      title: 'El servicio se está reiniciando',
      advice: 'Se vuelve a preguntar enseguida.',
    }),
    invalid_value: () => ({
      title: 'El servicio no acepta un valor',
      advice: 'Corrija lo que se nombra aquí y pregunte de nuevo. Nada cambió.',
    }),
    request_in_progress: () => ({
      title: 'Todavía se está haciendo',
      advice: 'Se pregunta de nuevo con la misma clave: se hace una sola vez.',
    }),
    already_exists: () => ({
      title: 'Eso ya existe',
      advice:
        'Otra persona lo guardó antes, o al mismo tiempo. Nada de lo suyo se guardó: mire qué hay ahora y decida de nuevo.',
    }),
    no_tariff: () => ({
      title: 'Ese día no hay tarifa',
      advice: 'Es antes de la primera tarifa. Escoja un día posterior.',
    }),
    proof_running: () => ({
      title: 'Ya hay una prueba en marcha',
      advice: 'Solo corre una a la vez, en todos los procesos. Su avance está en esta página.',
    }),
    proof_not_found: () => ({ title: 'Esta prueba no existe', advice: 'Escoja una de la lista.' }),
    recharge_point_not_found: () => ({
      title: 'Este punto de recarga no existe',
      advice: 'Escoja otro de la lista.',
    }),
    not_found: () => ({
      title: 'Esta versión del servicio no tiene esta función',
      advice: 'Recargue la página.',
    }),
    network_not_allowed: () => ({
      title: 'Su clave no se puede usar desde aquí',
      advice: 'Está limitada a otras direcciones de red.',
    }),
  },
  en: {
    scope_missing: ({ scope = '' }: Problem) => ({
      title: 'Your key may not do this',
      advice: `It takes the scope ${scope}. Ask an administrator for it.`,
    }),
    card_not_found: () => ({ title: 'This card does not exist', advice: 'Check the number.' }),
    card_not_active: () => ({
      title: 'The card is not active',
      advice: 'Activate it first, or use another one. A lost card cannot be activated.',
    }),
    insufficient_balance: ({ shortfall = 0 }: Problem) => ({
      title: 'The balance is too low',
      advice: `${money(shortfall)} are missing. Recharge the card.`,
    }),
    recharge_spent: () => ({
      title: 'The money of this recharge was spent',
      advice: 'The card has less than would be taken off. Nothing changed.',
    }),
    already_reversed: () => ({
      title: 'This recharge was reversed before',
      advice: 'Nothing has to be done: the money was taken off the card.',
    }),
    reversal_limit: ({ left = 0 }: Problem) => ({
      title: 'It is more than an agent may reverse',
      advice: `Now you may reverse up to ${money(left)} at once. Ask finance.`,
    }),
    balance_limit: () => ({
      title: 'The card cannot hold this much money',
      advice: 'Recharge a smaller amount.',
    }),
    illegal_transition: () => ({
      title: 'The card cannot get this status',
      advice: 'A lost card stays lost. Issue a new one.',
    }),
    rider_erased: () => ({
      title: 'The data of the rider were erased',
      advice: 'The card stays as it is. Register the person anew.',
    }),
    too_many_requests: () => ({ title: 'Too many requests', advice: 'Wait a minute, then try again.' }),
    database_away: () => ({
      title: 'The database does not answer',
      advice: 'It is asked again in a moment. Nothing is lost.',
    }),
    overloaded: () => ({ title: 'The service is busy', advice: 'It is asked again in a moment.' }),
    database_busy: () => ({
      title: 'The database is busy',
      advice: 'It is asked again in a moment. If it goes on, ask for less at a time.',
    }),
    totals_incomplete: () => ({
      title: 'The service is still counting the history',
      advice: 'It happens once, after a new version. It is asked again in a few seconds.',
    }),
    service_stopping: () => ({
      title: 'The service is restarting',
      advice: 'It is asked again in a moment.',
    }),
    invalid_value: () => ({
      title: 'The service does not accept a value',
      advice: 'Correct what is named here, then ask again. Nothing changed.',
    }),
    request_in_progress: () => ({
      title: 'It is still being done',
      advice: 'It is asked again with the same key: it is done once.',
    }),
    already_exists: () => ({
      title: 'This exists already',
      advice:
        'Somebody else stored it before, or at the same time. Nothing of yours was stored: look at what is there now, and decide again.',
    }),
    no_tariff: () => ({
      title: 'There is no tariff on that day',
      advice: 'It is before the first tariff. Choose a later day.',
    }),
    proof_running: () => ({
      title: 'A proof is running already',
      advice: 'Only one runs at a time, over all processes. How far it is stands on this page.',
    }),
    proof_not_found: () => ({ title: 'This proof does not exist', advice: 'Choose one of the list.' }),
    recharge_point_not_found: () => ({
      title: 'This recharge point does not exist',
      advice: 'Choose another one of the list.',
    }),
    not_found: () => ({
      title: 'This version of the service does not have this',
      advice: 'Reload the page.',
    }),
    network_not_allowed: () => ({
      title: 'Your key may not be used from here',
      advice: 'It is limited to other networks.',
    }),
  },
});

/** Why, and what to do, in the language of the person; null where only the service itself says it. */
export function refusalText(problem: Problem): RefusalText | null {
  return refusals()[problem.code]?.(problem) ?? null;
}
