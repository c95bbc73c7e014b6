import type { ChangeCardStatus } from '../api/schema';
import { dictionary } from '../lib/dictionary';

export type StatusReason = NonNullable<ChangeCardStatus['reason']>;

/** Why the status of a card is changed, as people say it. */
export const statusReasons = dictionary<Readonly<Record<StatusReason, string>>>({
  es: {
    rider_request: 'Lo pidió el pasajero',
    reported_lost: 'La reportó perdida',
    stolen: 'Se la robaron',
    damaged: 'Está dañada',
    suspected_fraud: 'Sospecha de fraude',
    resolved: 'Ya se resolvió',
    mistake: 'Fue un error',
    other: 'Otro',
  },
  en: {
    rider_request: 'The rider asked for it',
    reported_lost: 'It was reported lost',
    stolen: 'It was stolen',
    damaged: 'It is damaged',
    suspected_fraud: 'Fraud is suspected',
    resolved: 'It is resolved',
    mistake: 'It was a mistake',
    other: 'Another one',
  },
});
