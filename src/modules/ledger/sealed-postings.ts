import { instantText, plainText, type SealedSource } from '../../platform/audit/seals/sealed-source';

/** The ledger as it is sealed: all of a posting's columns. */
export const sealedPostings: SealedSource = {
  name: 'postings',
  id: 'posting_id',
  sequence: 'postings_posting_id_seq',
  beside: ['accounts', 'cards', 'recharges', 'recharge_reversals', 'trips'],
  columns: [
    ['posting_id', plainText('posting_id')],
    ['kind', plainText('kind')],
    ['debit_account_id', plainText('debit_account_id')],
    ['credit_account_id', plainText('credit_account_id')],
    ['amount', plainText('amount')],
    ['card_id', plainText('card_id')],
    ['card_version', plainText('card_version')],
    ['card_balance', plainText('card_balance')],
    ['recharge_id', plainText('recharge_id')],
    ['trip_id', plainText('trip_id')],
    ['posted_at', instantText('posted_at')],
  ],
};
