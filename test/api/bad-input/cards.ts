import { invalid, invalidMember, invalidQueries, NO_IDS, notFound, refused, type Refusals } from './refusal';
import { PAGE_QUERIES } from './pages';
import { CARD_NUMBER } from './there';

const NO_NUMBERS = [
  'abc',
  '1234567',
  '1'.repeat(21),
  1234567890123456,
  '',
  '12345678 ',
  '12345678\u200b',
  '12345678\n',
  '１２３４５６７８',
  "1' OR '1'='1",
];

export const cards: Refusals = {
  'POST /cards': [
    ...invalidMember('card_number', NO_NUMBERS, () => ({})),
    ...invalidMember('user_id', ['1', 0, -1, 1.5], () => ({})),
    ...invalidMember('balance', [1_000_000], () => ({})),
    refused('an unknown user', () => ({ body: { user_id: 999 } }), 404, 'user_not_found'),
    refused('a taken card_number', () => ({ body: { card_number: CARD_NUMBER } }), 409, 'already_exists'),
  ],

  'GET /cards/{card_id}': notFound('card', [
    ...NO_IDS.map((id) => `/cards/${id}`),
    '/cards/1%2Fbalance',
    "/cards/1'%20OR%20'1'='1",
    '/cards/1;DROP',
    '/cards/%2e%2e%2fusers',
  ]),

  'GET /cards/{card_id}/balance': notFound(
    'card',
    NO_IDS.map((id) => `/cards/${id}/balance`),
  ),

  'GET /cards/{card_id}/statement': [
    ...notFound('card', ['/cards/abc/statement']),
    ...invalidQueries(PAGE_QUERIES, ({ card }) => `/cards/${card}/statement`),
  ],

  'GET /cards/{card_id}/history': notFound('card', ['/cards/999/history']),

  'PATCH /cards/{card_id}': [
    refused(
      'an unknown card',
      () => ({ path: '/cards/999', body: { status: 'lost' } }),
      404,
      'card_not_found',
    ),
    ...['gone', 'ACTIVE', '', null, 1, undefined].map((status) =>
      invalid(`status ${JSON.stringify(status) ?? 'missing'}`, ({ card }) => ({
        path: `/cards/${card}`,
        body: { status },
      })),
    ),
    ...['because', '', 1].map((reason) =>
      invalid(`the reason ${JSON.stringify(reason)}`, ({ card }) => ({
        path: `/cards/${card}`,
        body: { status: 'blocked', reason },
      })),
    ),
    ...['active', 'inactive', 'blocked'].map((status) =>
      refused(
        `a lost card made ${status}`,
        ({ lostCard }) => ({ path: `/cards/${lostCard}`, body: { status } }),
        409,
        'illegal_transition',
      ),
    ),
    invalid('a balance that is set', ({ card }) => ({
      path: `/cards/${card}`,
      body: { status: 'active', balance: 1 },
    })),
  ],
};
