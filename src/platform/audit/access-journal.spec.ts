import type { FastifyRequest } from 'fastify';
import { KeyRequiredError } from '../../common/http/problem/access-errors';
import { Clock } from '../../common/time/clock';
import { ANYBODY } from '../access/caller';
import { AccessJournal } from './access-journal';
import type { AuditEntry } from './audit-entry';
import type { AuditTrail } from './audit-trail';

function requestOf(client: string, address: string): FastifyRequest {
  const caller = { ...ANYBODY, client };
  const request = {
    id: 'r',
    method: 'GET',
    params: {},
    routeOptions: { url: '/users', config: {} },
    caller,
    address,
  };
  return request as unknown as FastifyRequest;
}

describe(AccessJournal.name, () => {
  it('counts people by who they are, and strangers by their network, so that none hides or frames another', () => {
    const noted: AuditEntry[] = [];
    const trail = { note: (entry: AuditEntry) => void noted.push(entry) } as unknown as AuditTrail;
    const journal = new AccessJournal(trail, new Clock());
    const refuse = (client: string, address: string): void =>
      journal.refused(new KeyRequiredError(), requestOf(client, address));

    for (let n = 1; n <= 300; n += 1) refuse('', `2001:db8:1:2::${n.toString(16)}`);
    refuse('person:ana', '2001:db8:1:2::1');
    expect(noted.filter(({ client }) => client === '')).toHaveLength(10);
    expect(noted.filter(({ client }) => client === 'person:ana')).toHaveLength(1);

    noted.splice(0);
    journal.beforeApplicationShutdown();
    expect(noted.map(({ client, reason }) => [client, reason])).toEqual([
      ['', 'key_required; 290 more refusals of this caller in a minute are not noted'],
    ]);
  });
});
