import {
  BAD_TEXTS,
  invalid,
  invalidMember,
  LONG,
  NO_IDS_IN_BODIES,
  notFound,
  refused,
  type Refusals,
  SECOND_SPELLINGS,
} from './refusal';
import type { There } from './there';

const NO_AMOUNTS = [
  0,
  -1,
  -50_000,
  0.1,
  1_000.5,
  1e308,
  2 ** 53 + 2,
  'NaN',
  '1000',
  '',
  true,
  null,
  [],
  [1_000],
  {},
  undefined,
  999,
  200_001,
];

const right = ({ card }: There): object => ({ card_id: card, amount: 5_000 });

export const recharges: Refusals = {
  'POST /recharges': [
    ...invalidMember('amount', NO_AMOUNTS, right),
    ...invalidMember('card_id', NO_IDS_IN_BODIES, right),
    ...invalidMember('recharge_point_id', ['1', 0, -1], right),
    ...invalidMember('transaction_id', [...BAD_TEXTS, ...SECOND_SPELLINGS, LONG, 7, {}], right),
    ...invalidMember('colour', ['red'], right),
    ...invalidMember('constructor', [1], right),
    ...invalidMember('valueOf', [1], right),
    invalid('an amount below the limit of its channel', (there) => ({
      body: { ...right(there), recharge_point_id: there.onlinePoint },
    })),
    refused(
      'an unknown recharge point',
      (there) => ({ body: { ...right(there), recharge_point_id: 999 } }),
      404,
      'recharge_point_not_found',
    ),
    refused('an unknown card', () => ({ body: { card_id: 999, amount: 5_000 } }), 404, 'card_not_found'),
    refused(
      'a blocked card',
      ({ blockedCard }) => ({ body: { card_id: blockedCard, amount: 5_000 } }),
      409,
      'card_not_active',
    ),
    refused(
      'a lost card',
      ({ lostCard }) => ({ body: { card_id: lostCard, amount: 5_000 } }),
      409,
      'card_not_active',
    ),
    refused(
      'a balance beyond the limit',
      ({ fullCard }) => ({ body: { card_id: fullCard, amount: 5_000 } }),
      409,
      'balance_limit',
    ),
  ],

  'POST /cards/recharge': [
    ...invalidMember('amount', [-50_000, 'NaN'], right),
    ...invalidMember('transaction_id', ['X ', '\ud801'], right),
  ],

  'GET /recharges/{recharge_id}': notFound('recharge', [
    '/recharges/999',
    '/recharges/abc',
    '/recharges/9223372036854775808',
  ]),

  'POST /recharges/{recharge_id}/reversal': [
    ...[...BAD_TEXTS, '\r\n\t', 'x'.repeat(201), 7, null, undefined].map((reason) =>
      invalid(`reason ${JSON.stringify(reason) ?? 'missing'}`, ({ recharge }) => ({
        path: `/recharges/${recharge}/reversal`,
        body: { reason },
      })),
    ),
    ...['999', 'abc'].map((id) =>
      refused(
        `of recharge ${id}`,
        () => ({ path: `/recharges/${id}/reversal`, body: { reason: 'x' } }),
        404,
        'recharge_not_found',
      ),
    ),
    refused(
      'a second reversal',
      ({ reversedRecharge }) => ({
        path: `/recharges/${reversedRecharge}/reversal`,
        body: { reason: 'x' },
      }),
      409,
      'already_reversed',
    ),
    refused(
      'of what is spent',
      ({ spentRecharge }) => ({ path: `/recharges/${spentRecharge}/reversal`, body: { reason: 'x' } }),
      409,
      'recharge_spent',
    ),
  ],
};
