import type { TestKey } from '../builders/keys';
import type { Answer } from '../setup/api';

/** Objects that the writes of a test are about. */
export interface Things {
  readonly user_id: number;
  readonly card_id: number;
  readonly station_id: number;
  readonly route_id: number;
  readonly vehicle_id: number;
  readonly ride: object;
  readonly boarding: object;
  readonly disembarking_station_id: number;
}

/** Sends one write, and says what its row of the trail must be about. */
export interface Attempt {
  readonly path: string;
  readonly body?: object;
  /** The object: its kind, and its id or the member of the response that has it. */
  readonly about: readonly [kind: string, id: string | null] | null;
  /** The member of the response that is the id. */
  readonly member?: string;
  readonly by?: TestKey;
  /** The members that are remembered, if they are worth telling. */
  readonly changes?: readonly string[];
  /** Why, where it says so. */
  readonly reason?: string;
}

type Send = (operation: string, path: string, body?: object, by?: TestKey) => Promise<Answer>;

/** What a person is called, and writes: none of it may be in the trail. */
export const PERSON = {
  first_name: 'Xochiquétzal',
  last_name: 'Quimbayo-Ñungo',
  email: 'xochi.quimbayo@example.org',
  id_number: 'CC-8877665544',
  contact_number: '+57 311 998 7766',
  gender: 'F',
  date_of_birth: '1987-06-05',
  residential_address: 'Transversal 73 # 91-17',
  city_of_birth: 'Chiquinquirá',
  rider_category: 'senior',
};
export const CARD_NUMBER = '9087654321012345';
export const REASON = 'Xochiquétzal paid twice, says Doña Brígida';
export const KEY_NAME = 'Caja de Brígida Sanabria';
export const KEY_NETWORKS = ['127.3.2.1/32'];

/** How each operation is sent, by its name in the OpenAPI document, in an order in which each finds what it needs. */
export function auditedWrites(
  things: Things,
  admin: TestKey,
  send: Send,
): Readonly<Record<string, () => Promise<Attempt>>> {
  const { user_id, card_id, station_id, route_id, vehicle_id } = things;
  const idOf = async (operation: string, path: string, body: object, member: string): Promise<number> => {
    const answer = await send(operation, path, body);
    return (answer.body as Record<string, number>)[member] ?? 0;
  };
  const aKeyId = async (): Promise<string> => {
    const body = { client: 'kiosk', name: 'n', role: 'scraper' };
    return ((await send('POST /keys', '/keys', body, admin)).body as { key_id: string }).key_id;
  };
  const arrival = { station_id, route_id, estimated_arrival: '2099-01-14T12:00:00Z' };
  const alert = { type: 'RETRASO', message: 'm', severity: 'WARNING' };
  const recharge = { card_id, amount: 20_000 };
  const day = { valid_from: '2999-01-01' };
  const tapsOf = (validator_id: number): object => {
    const now = new Date().toISOString();
    const tap = {
      sequence: 1,
      kind: 'entry',
      decision: 'accepted',
      card_number: CARD_NUMBER.slice(1),
      tapped_at: now,
    };
    return { validator_id, sent_at: now, taps: [tap] };
  };
  const plain = async (attempt: Attempt): Promise<Attempt> => Promise.resolve(attempt);

  return {
    'POST /users': () =>
      plain({
        path: '/users',
        body: PERSON,
        about: ['user', null],
        member: 'user_id',
        changes: [...Object.keys(PERSON), 'registration_date'],
      }),
    'POST /users/{user_id}/erasure': async () => {
      const id = await idOf('POST /users', '/users', { first_name: 'a', last_name: 'b' }, 'user_id');
      return { path: `/users/${id}/erasure`, body: {}, about: ['user', `${id}`] };
    },
    'POST /cards': () =>
      plain({
        path: '/cards',
        body: { user_id, card_number: CARD_NUMBER },
        about: ['card', null],
        member: 'card_id',
        changes: ['card_number', 'user_id'],
      }),
    'PATCH /cards/{card_id}': async () => {
      const id = await idOf('POST /cards', '/cards', {}, 'card_id');
      return {
        path: `/cards/${id}`,
        body: { status: 'lost', reason: 'stolen' },
        about: ['card', `${id}`],
        changes: ['status'],
        reason: 'stolen',
      };
    },
    'POST /recharges': () =>
      plain({
        path: '/recharges',
        body: { ...recharge, transaction_id: 'T-1' },
        about: ['recharge', null],
        member: 'recharge_id',
        changes: ['card_id', 'amount', 'transaction_id'],
      }),
    'POST /proofs': () => plain({ path: '/proofs', about: ['proof', null], member: 'proof_id' }),
    'POST /cards/recharge': () =>
      plain({ path: '/cards/recharge', body: recharge, about: ['recharge', null], member: 'recharge_id' }),
    'POST /recharges/{recharge_id}/reversal': async () => {
      const id = await idOf('POST /recharges', '/recharges', recharge, 'recharge_id');
      const path = `/recharges/${id}/reversal`;
      return { path, body: { reason: REASON }, about: ['recharge', `${id}`], changes: ['amount', 'reason'] };
    },
    'POST /actions/{action_id}/collection': async () => {
      const waiting = { ...recharge, activation: 'validator' };
      const id = await idOf('POST /recharges', '/recharges', waiting, 'recharge_id');
      return {
        path: `/actions/${id}/collection`,
        about: ['action', `${id}`],
        changes: ['status', 'ended_at', 'debt_paid', 'new_balance'],
      };
    },
    'POST /trips/start': () =>
      plain({
        path: '/trips/start',
        body: { card_id, ...things.boarding },
        about: ['trip', null],
        member: 'trip_id',
      }),
    'POST /trips/end': async () => {
      const other = await idOf('POST /cards', '/cards', {}, 'card_id');
      await send('POST /recharges', '/recharges', { ...recharge, card_id: other });
      const trip_id = await idOf(
        'POST /trips/start',
        '/trips/start',
        { card_id: other, ...things.boarding },
        'trip_id',
      );
      const { disembarking_station_id } = things;
      return {
        path: '/trips/end',
        body: { trip_id, disembarking_station_id },
        about: ['trip', `${trip_id}`],
      };
    },
    'POST /trips/complete': async () => {
      const other = await idOf('POST /cards', '/cards', {}, 'card_id');
      await send('POST /recharges', '/recharges', { ...recharge, card_id: other });
      const body = { card_id: other, ...things.ride };
      return { path: '/trips/complete', body, about: ['trip', null], member: 'trip_id' };
    },
    'POST /trips/simulate/revenue-test': () =>
      plain({ path: '/trips/simulate/revenue-test?num_trips=2', about: ['simulation', null] }),
    'POST /validators': () =>
      plain({
        path: '/validators',
        body: { number: 'V-1', station_id, route_id },
        about: ['validator', null],
        member: 'validator_id',
        changes: ['number', 'station_id', 'route_id'],
      }),
    'PATCH /validators/{validator_id}': async () => {
      const id = await idOf('POST /validators', '/validators', { number: 'V-2', station_id }, 'validator_id');
      return {
        path: `/validators/${id}`,
        body: { status: 'inactive' },
        about: ['validator', `${id}`],
        changes: ['status'],
      };
    },
    'POST /taps': async () => {
      const id = await idOf(
        'POST /validators',
        '/validators',
        { number: 'V-3', vehicle_id, route_id },
        'validator_id',
      );
      return {
        path: '/taps',
        body: tapsOf(id),
        about: ['validator', `${id}`],
        changes: ['taps', 'suspended', 'received_at'],
      };
    },
    'POST /taps/{suspense_id}/resolution': async () => {
      const id = await idOf(
        'POST /validators',
        '/validators',
        { number: 'V-4', vehicle_id, route_id },
        'validator_id',
      );
      await send('POST /taps', '/taps', tapsOf(id));
      const { body } = await send('GET /taps/suspense', `/taps/suspense?validator_id=${id}`);
      const [tap] = (body as { taps: { suspense_id: number }[] }).taps;
      return {
        path: `/taps/${tap?.suspense_id}/resolution`,
        body: { action: 'dismiss', reason: REASON },
        about: ['suspended_tap', `${tap?.suspense_id}`],
        changes: ['resolution', 'reason'],
      };
    },
    'POST /arrivals': () =>
      plain({ path: '/arrivals', body: arrival, about: ['arrival', null], member: 'arrival_id' }),
    'PATCH /arrivals/{arrival_id}': async () => {
      const id = await idOf('POST /arrivals', '/arrivals', arrival, 'arrival_id');
      return {
        path: `/arrivals/${id}`,
        body: { status: 'DELAYED' },
        about: ['arrival', `${id}`],
        changes: ['status'],
      };
    },
    'POST /alerts': () => plain({ path: '/alerts', body: alert, about: ['alert', null], member: 'alert_id' }),
    'PATCH /alerts/{alert_id}': async () => {
      const id = await idOf('POST /alerts', '/alerts', alert, 'alert_id');
      return {
        path: `/alerts/${id}`,
        body: { type: 'CIERRE' },
        about: ['alert', `${id}`],
        changes: ['type'],
      };
    },
    'POST /vehicle-positions': () => {
      const seen = { vehicle_id, route_id, latitude: 4.7, longitude: -74 };
      const positions = Array.from({ length: 500 }, (_, n) => ({
        ...seen,
        observed_at: new Date(Date.UTC(2026, 0, 14, 12) + n * 1_000).toISOString(),
      }));
      return plain({ path: '/vehicle-positions', body: { positions }, about: ['vehicle_position', null] });
    },
    'POST /cache/clear': () => plain({ path: '/cache/clear', about: null, by: admin }),
    'DELETE /cache/key/{key}': async () => {
      await send('GET /cards/{card_id}/balance', `/cards/${card_id}/balance`);
      return { path: `/cache/key/card:${card_id}:balance`, about: null, by: admin };
    },
    'POST /keys': () =>
      plain({
        path: '/keys',
        body: { client: 'kiosk', name: KEY_NAME, role: 'agent', networks: KEY_NETWORKS },
        about: ['access_key', null],
        member: 'key_id',
        by: admin,
      }),
    'PATCH /keys/{key_id}': async () => {
      const id = await aKeyId();
      return { path: `/keys/${id}`, body: { role: 'agent' }, about: ['access_key', id], by: admin };
    },
    'POST /keys/{key_id}/roll': async () => {
      const path = `/keys/${await aKeyId()}/roll`;
      return {
        path,
        body: { overlap_seconds: 60 },
        about: ['access_key', null],
        member: 'key_id',
        by: admin,
      };
    },
    'POST /keys/{key_id}/revocation': async () => {
      const id = await aKeyId();
      return { path: `/keys/${id}/revocation`, about: ['access_key', id], by: admin };
    },
    'POST /fares/tariffs': () =>
      plain({
        path: '/fares/tariffs',
        body: { ...day, component: 'trunk', price: 1 },
        about: ['tariff', 'trunk 2999-01-01'],
      }),
    'POST /fares/transfer-rules': () =>
      plain({
        path: '/fares/transfer-rules',
        body: { ...day, window_seconds: 60, personalised_only: false, exclusions: [] },
        about: ['transfer_rule', '2999-01-01'],
      }),
    'POST /fares/transfer-prices': () =>
      plain({
        path: '/fares/transfer-prices',
        body: { ...day, from_component: 'trunk', to_component: 'trunk', from_transfer: 1, price: 1 },
        about: ['transfer_price', 'trunk trunk 1 2999-01-01'],
      }),
    'POST /fares/concessions': () =>
      plain({
        path: '/fares/concessions',
        body: { ...day, rider_category: 'senior', component: 'trunk', price: 1 },
        about: ['concession', 'senior trunk 2999-01-01'],
      }),
    'POST /fares/limits': () =>
      plain({
        path: '/fares/limits',
        body: { ...day, limit_name: 'credit_boardings', value: 1 },
        about: ['fare_limit', 'credit_boardings 2999-01-01'],
      }),
  };
}
