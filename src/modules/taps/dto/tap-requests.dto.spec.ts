import { plainToInstance } from 'class-transformer';
import { instanceOf } from '../../../common/http/request/instance-of';
import { ReportedTaps } from './tap-requests.dto';

describe(ReportedTaps.name, () => {
  it('makes a batch of taps', () => {
    const tap = {
      sequence: 1,
      kind: 'entry',
      card_number: '10\u00e110',
      tapped_at: '2026-01-14T12:00:00Z',
      decision: 'accepted',
    };
    const plain = {
      validator_id: 1,
      sent_at: '2026-01-14T12:00:05Z',
      taps: [tap, { ...tap, sequence: 2, route_id: 1 }],
    };
    const made = instanceOf(ReportedTaps, plain);
    expect(made).toStrictEqual(plainToInstance(ReportedTaps, plain));
    expect(made).toMatchObject({ taps: [{ card_number: '10?10' }, { route_id: 1 }] });
  });
});
