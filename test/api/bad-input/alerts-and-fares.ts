import { invalid, invalidMember, LONG, refused, type Refusals } from './refusal';

const ALERT = { type: 'RETRASO', message: 'Mayor tiempo de espera.', severity: 'INFO' };
const BOARDING = { route_type: 'TRONCAL', route: 'J74', station: 'TM0101', at: '2026-01-14T12:00:00Z' };

const alert = (): object => ALERT;

export const alertsAndFares: Refusals = {
  'POST /alerts': [
    ...invalidMember('type', ['\u200b', '\ud800', 'x'.repeat(51)], alert),
    ...invalidMember('message', ['\n', 'a\u202eb', 'x'.repeat(1_001)], alert),
  ],

  'POST /fares/price': [
    ...['route', 'station'].flatMap((member) =>
      ['a\u202eb', LONG, '', 1.5].map((value) =>
        invalid(`${member} ${JSON.stringify(value)} of a boarding`, () => ({
          body: { personalised: true, boardings: [{ ...BOARDING, [member]: value }] },
        })),
      ),
    ),
    refused(
      'a body that is larger than 512 KiB',
      () => ({ text: ' '.repeat(524_289), headers: { 'content-type': 'application/json' } }),
      413,
      'body_too_large',
    ),
  ],
};
