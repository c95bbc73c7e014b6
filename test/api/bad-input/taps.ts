import { invalid, refused, type Refusals } from './refusal';
import type { There } from './there';

const TAP = {
  sequence: 1,
  kind: 'entry',
  decision: 'accepted',
  card_number: '1',
  tapped_at: '2026-01-14T12:00:00Z',
};
const SENT = { validator_id: 999_999, sent_at: '2026-01-14T12:00:00Z' };
const device = ({ station }: There, more: object = {}): object => ({
  number: 'V-1',
  station_id: station,
  ...more,
});

export const taps: Refusals = {
  'POST /validators': [
    invalid('no place', () => ({ body: { number: 'V-1' } })),
    invalid('two places', (there) => ({ body: device(there, { vehicle_id: 1 }) })),
    invalid('an empty number', (there) => ({ body: device(there, { number: ' ' }) })),
    refused(
      'an unknown station',
      () => ({ body: { number: 'V-1', station_id: 999_999 } }),
      404,
      'station_not_found',
    ),
    refused(
      'an unknown vehicle',
      () => ({ body: { number: 'V-1', vehicle_id: 999_999 } }),
      404,
      'vehicle_not_found',
    ),
    refused(
      'an unknown route',
      (there) => ({ body: device(there, { route_id: 999_999 }) }),
      404,
      'route_not_found',
    ),
    refused(
      'an unknown concessionaire',
      (there) => ({ body: device(there, { concessionaire_id: 999_999 }) }),
      404,
      'concessionaire_not_found',
    ),
  ],

  'PATCH /validators/{validator_id}': [
    invalid('an unknown status', () => ({ path: '/validators/1', body: { status: 'stolen' } })),
    refused(
      'an unknown validator',
      () => ({ path: '/validators/999999', body: { status: 'inactive' } }),
      404,
      'validator_not_found',
    ),
  ],

  'POST /taps': [
    invalid('no device', () => ({ body: { sent_at: SENT.sent_at, taps: [TAP] } })),
    invalid('two devices', () => ({ body: { ...SENT, on_behalf_of: 1, taps: [TAP] } })),
    ...[0, -1, 1.5, '1', null].map((sequence) =>
      invalid(`the sequence number ${JSON.stringify(sequence)}`, () => ({
        body: { ...SENT, taps: [{ ...TAP, sequence }] },
      })),
    ),
    invalid('a sent_at that is no moment', () => ({ body: { ...SENT, sent_at: 'now', taps: [TAP] } })),
    invalid('a kind that is none', () => ({ body: { ...SENT, taps: [{ ...TAP, kind: 'transfer' }] } })),
    invalid('a card number that is no text', () => ({
      body: { ...SENT, taps: [{ ...TAP, card_number: 1 }] },
    })),
    refused('an unknown device', () => ({ body: { ...SENT, taps: [TAP] } }), 404, 'validator_not_found'),
  ],

  'POST /taps/{suspense_id}/resolution': [
    invalid('no reason', () => ({ path: '/taps/1/resolution', body: { action: 'dismiss' } })),
    ...(['charge', 'dismiss'] as const).map((action) =>
      refused(
        `an unknown tap to ${action}`,
        () => ({ path: '/taps/999999/resolution', body: { action, reason: 'seen' } }),
        404,
        'suspended_tap_not_found',
      ),
    ),
  ],
};
