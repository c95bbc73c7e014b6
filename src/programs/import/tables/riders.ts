import { CARD_STATUSES } from '../../../modules/cards/card-status';
import { GENDERS } from '../../../modules/users/user.entity';
import { LONGEST } from '../../../common/text/lengths';
import { ImportedTable, identifier, line } from '../imported-table';
import { sameShape } from './same-shape';

/** Riders and their cards. Every rider starts in the category `standard`, the column's default. */
export const riderTables: readonly ImportedTable[] = [
  sameShape({
    name: 'users',
    columns: {
      user_id: 'bigint',
      first_name: line(LONGEST.personName),
      last_name: line(LONGEST.personName),
      contact_number: line(LONGEST.idNumber),
      email: identifier(LONGEST.email),
      gender: line(LONGEST.code),
      date_of_birth: 'date',
      residential_address: line(LONGEST.address),
      id_number: identifier(LONGEST.idNumber),
      city_of_birth: line(LONGEST.personName),
      registration_date: 'date',
    },
    required: ['first_name', 'last_name', 'registration_date'],
    oneOf: { gender: GENDERS },
    unique: { email: ['lower(email)'], id_number: ['id_number'] },
  }),
  {
    name: 'cards',
    columns: {
      card_id: 'bigint',
      card_number: identifier(LONGEST.cardNumber),
      user_id: 'bigint',
      acquisition_date: 'date',
      status: line(LONGEST.code),
      balance: 'money',
      last_used_date: 'time',
      update_date: 'date',
    },
    required: ['card_number', 'acquisition_date', 'status', 'balance'],
    oneOf: { status: CARD_STATUSES },
    references: { user_id: 'users' },
    unique: { card_number: ['card_number'] },
    noted: [
      {
        when: 'balance < 0',
        reason: `'balance ' || balance || ' is negative: the card may owe as much as it does'`,
      },
    ],
    target: {
      table: 'cards',
      identity: 'card_id',
      prepare: `CREATE TEMP TABLE card_accounts AS
          SELECT card_id, nextval(pg_get_serial_sequence('accounts', 'account_id')) AS account_id
          FROM (SELECT card_id FROM accepted_cards ORDER BY card_id) cards;
        INSERT INTO accounts (account_id, kind) SELECT account_id, 'card' FROM card_accounts`,
      // The opening posting is the first change of a balance, hence version 1.
      insert: `INSERT INTO cards (card_id, account_id, card_number, user_id, status, balance, credit_limit, version,
          acquisition_date, last_used_date, updated_at)
        SELECT card_id, account_id, card_number, user_id, status, balance, greatest(-balance, 0),
          CASE balance WHEN 0 THEN 0 ELSE 1 END, acquisition_date, last_used_date,
          coalesce(update_date, acquisition_date)
        FROM accepted_cards JOIN card_accounts USING (card_id) ORDER BY card_id`,
    },
  },
];
