import { escapeLiteral } from 'pg';
import { MOST_MONEY } from '../../../modules/fares/rules/most-money';
import type { FeedTable } from './feed-table';

const LONGEST_WINDOW = 86_400;
const MOST_TRANSFERS = 1_000;

const riderCategories: FeedTable = {
  name: 'rider_categories',
  isOptional: true,
  columns: ['rider_category_id', 'is_default_fare_category'],
  required: ['rider_category_id'],
  unique: { rider_category_id: ['rider_category_id'] },
};

/** Amounts are decimals of the currency; here they are whole, so its cents must be 0. */
function fareProducts(currency: string): FeedTable {
  const ours = escapeLiteral(currency);
  return {
    name: 'fare_products',
    columns: ['fare_product_id', 'rider_category_id', 'fare_media_id', 'amount', 'currency'],
    required: ['fare_product_id', 'amount', 'currency'],
    refused: [
      {
        when: `currency <> ${ours}`,
        reason: `format('currency %s is not ' || ${ours}, left(currency, 40))`,
      },
      {
        when: `CASE WHEN amount ~ '^-?\\d{1,12}(\\.0*)?$' THEN abs(amount::numeric) > ${MOST_MONEY}
          ELSE amount IS NOT NULL END`,
        reason: `format('amount %s is not a whole number of ' || ${ours}, left(amount, 40))`,
      },
    ],
    unique: {
      'fare_product_id with its rider category and medium': [
        'fare_product_id',
        `coalesce(rider_category_id, '')`,
        `coalesce(fare_media_id, '')`,
      ],
    },
    references: { rider_category_id: ['rider_categories', 'rider_category_id'] },
  };
}

const fareLegRules: FeedTable = {
  name: 'fare_leg_rules',
  columns: [
    'leg_group_id',
    'network_id',
    'from_area_id',
    'to_area_id',
    'from_timeframe_group_id',
    'to_timeframe_group_id',
    'fare_product_id',
    'rule_priority',
  ],
  required: ['fare_product_id'],
  refused: [
    {
      when: `rule_priority !~ '^\\d{1,9}$'`,
      reason: `format('rule_priority %s is not a whole number', left(rule_priority, 40))`,
    },
  ],
  references: {
    network_id: ['networks', 'network_id'],
    fare_product_id: ['fare_products', 'fare_product_id'],
  },
};

/** What a transfer is here: within a time that counts from boarding to boarding, at a price of its own. */
const fareTransferRules: FeedTable = {
  name: 'fare_transfer_rules',
  isOptional: true,
  columns: [
    'from_leg_group_id',
    'to_leg_group_id',
    'transfer_count',
    'duration_limit',
    'duration_limit_type',
    'fare_transfer_type',
    'fare_product_id',
  ],
  required: ['fare_transfer_type'],
  oneOf: { fare_transfer_type: ['0', '1', '2'] },
  refused: [
    {
      when: `fare_transfer_type = '2'`,
      reason: `'fare_transfer_type 2, a price for all of the journey, cannot be imported'`,
    },
    { when: 'duration_limit IS NULL', reason: `'duration_limit is missing: here a transfer has one'` },
    {
      when: `CASE WHEN duration_limit ~ '^\\d{1,9}$' THEN duration_limit::integer NOT BETWEEN 1 AND ${LONGEST_WINDOW}
        ELSE duration_limit IS NOT NULL END`,
      reason: `format('duration_limit %s is not between 1 and ${LONGEST_WINDOW}', left(duration_limit, 40))`,
    },
    {
      when: `duration_limit IS NOT NULL AND duration_limit_type IS DISTINCT FROM '1'`,
      reason: `format('duration_limit_type %s is not 1: here the limit counts from boarding to boarding', coalesce(left(duration_limit_type, 40), 'is missing, which'))`,
    },
    {
      when: `from_leg_group_id IS NOT DISTINCT FROM to_leg_group_id AND transfer_count IS NULL`,
      reason: `'transfer_count is missing'`,
    },
    {
      when: `from_leg_group_id IS DISTINCT FROM to_leg_group_id AND transfer_count IS NOT NULL`,
      reason: `'transfer_count is only for transfers within a leg group'`,
    },
    {
      when: `CASE WHEN transfer_count ~ '^(-1|\\d{1,9})$' THEN transfer_count::integer NOT IN (-1)
          AND transfer_count::integer NOT BETWEEN 1 AND ${MOST_TRANSFERS} ELSE transfer_count IS NOT NULL END`,
      reason: `format('transfer_count %s is not -1 or 1 to ${MOST_TRANSFERS}', left(transfer_count, 40))`,
    },
  ],
  references: {
    from_leg_group_id: ['fare_leg_rules', 'leg_group_id'],
    to_leg_group_id: ['fare_leg_rules', 'leg_group_id'],
    fare_product_id: ['fare_products', 'fare_product_id'],
  },
};

/** The files of GTFS-Fares v2 that say what base prices and transfers cost. */
export function fareTables(currency: string): readonly FeedTable[] {
  return [riderCategories, fareProducts(currency), fareLegRules, fareTransferRules];
}
