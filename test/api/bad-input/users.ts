import { PAGE_QUERIES } from './pages';
import { BAD_TEXTS, invalidMember, invalidQueries, LONG, notFound, refused, type Refusals } from './refusal';
import { RIDER } from './there';

const right = (): object => RIDER;

export const users: Refusals = {
  'POST /users': [
    ...invalidMember(
      'first_name',
      [...BAD_TEXTS, 'a\nb', undefined, null, LONG, '😀'.repeat(101), 7, [], {}],
      right,
    ),
    ...['last_name', 'id_number', 'contact_number', 'residential_address', 'city_of_birth'].flatMap(
      (member) => invalidMember(member, ['a\u202eb', 'x'.repeat(256)], right),
    ),
    ...invalidMember(
      'email',
      [
        'x',
        'a@b',
        'a\u0000@example.com',
        '\ud800@example.com',
        'a@\udc00.example.com',
        'a\u202e@example.com',
        `${'x'.repeat(250)}@example.com`,
        7,
        ['a@example.com'],
      ],
      right,
    ),
    ...invalidMember('gender', ['X', 'f', 1], right),
    ...invalidMember('rider_category', ['vip', ''], right),
    ...invalidMember(
      'date_of_birth',
      ['2026-02-30', 'yesterday', '9999-01-01', '0000-01-01', '1990-1-1', 19900101, '1990-01-01T00:00:00Z'],
      right,
    ),
    ...invalidMember('user_id', [1], right),
    refused('a taken e-mail', () => ({ body: { ...RIDER, id_number: 'CC-2' } }), 409, 'already_exists'),
    refused(
      'a taken e-mail in other letters',
      () => ({ body: { ...RIDER, id_number: 'CC-2', email: 'pERSONA@eXAMPLE.COM' } }),
      409,
      'already_exists',
    ),
    refused(
      'a taken id_number',
      () => ({ body: { ...RIDER, email: 'other@example.com' } }),
      409,
      'already_exists',
    ),
  ],

  'GET /users/{user_id}': notFound('user', ['/users/abc', `/users/${'9'.repeat(5_000)}`]),

  'GET /users/{user_id}/cards': notFound('user', ['/users/999/cards']),

  'GET /users/{user_id}/recharges': [
    ...notFound('user', ['/users/01/recharges']),
    ...invalidQueries(PAGE_QUERIES, ({ user }) => `/users/${user}/recharges`),
  ],

  'GET /users/{user_id}/card-balance': notFound('user', ['/users/0/card-balance']),
};
