import { MigrationInterface, QueryRunner } from 'typeorm';

/** Transfers, concessions and limits by date, and why each boarding cost what it did. */
export class FareRules1780000000008 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE transfer_rules (
        valid_from date CONSTRAINT transfer_rules_pkey PRIMARY KEY,
        window_seconds integer NOT NULL
          CONSTRAINT transfer_rules_window_seconds_check CHECK (window_seconds BETWEEN 0 AND 86400),
        -- Null: as many as the window has room for.
        most_transfers smallint CONSTRAINT transfer_rules_most_transfers_check CHECK (most_transfers >= 0),
        personalised_only boolean NOT NULL,
        exclusions text[] NOT NULL CONSTRAINT transfer_rules_exclusions_check
          CHECK (exclusions <@ ARRAY['same_station', 'same_route', 'trunk_to_trunk', 'trunk_zonal_trunk'])
      );
      INSERT INTO transfer_rules (valid_from, window_seconds, most_transfers, personalised_only, exclusions)
      SELECT valid_from, minutes * 60, 2, true,
             ARRAY['same_station', 'same_route', 'trunk_to_trunk', 'trunk_zonal_trunk']
      FROM (VALUES (date '2019-02-02', 95), ('2020-03-02', 110), ('2025-01-18', 125)) AS windows (valid_from, minutes);

      CREATE TABLE transfer_prices (
        from_component text NOT NULL
          CONSTRAINT transfer_prices_from_component_check CHECK (from_component IN ('trunk', 'zonal')),
        to_component text NOT NULL
          CONSTRAINT transfer_prices_to_component_check CHECK (to_component IN ('trunk', 'zonal')),
        -- The first transfer of a journey that it is for; later ones too, unless they have a row of their own.
        from_transfer smallint NOT NULL CONSTRAINT transfer_prices_from_transfer_check CHECK (from_transfer >= 1),
        valid_from date NOT NULL,
        price bigint CONSTRAINT transfer_prices_price_check CHECK (price >= 0),
        percent_off smallint CONSTRAINT transfer_prices_percent_off_check CHECK (percent_off BETWEEN 0 AND 100),
        CONSTRAINT transfer_prices_pkey PRIMARY KEY (from_component, to_component, from_transfer, valid_from),
        -- Neither: it costs nothing.
        CONSTRAINT transfer_prices_one_check CHECK (num_nonnulls(price, percent_off) <= 1)
      );
      INSERT INTO transfer_prices (from_component, to_component, from_transfer, valid_from, price)
      VALUES ('trunk', 'trunk', 1, '2019-02-02', 0), ('trunk', 'zonal', 1, '2019-02-02', 0),
             ('zonal', 'zonal', 1, '2019-02-02', 0), ('zonal', 'trunk', 1, '2019-02-02', 200),
             ('zonal', 'trunk', 1, '2024-02-12', 0);

      CREATE TABLE concessions (
        rider_category text NOT NULL CONSTRAINT concessions_rider_category_check
          CHECK (rider_category IN ('senior', 'sisben', 'disability')),
        component text NOT NULL CONSTRAINT concessions_component_check CHECK (component IN ('trunk', 'zonal')),
        valid_from date NOT NULL,
        price bigint CONSTRAINT concessions_price_check CHECK (price >= 0),
        percent_off smallint CONSTRAINT concessions_percent_off_check CHECK (percent_off BETWEEN 0 AND 100),
        -- Boardings of a card in a calendar month, over all components; null: any number.
        monthly_quota integer CONSTRAINT concessions_monthly_quota_check CHECK (monthly_quota > 0),
        CONSTRAINT concessions_pkey PRIMARY KEY (rider_category, component, valid_from),
        -- Neither: the standard price again.
        CONSTRAINT concessions_one_check CHECK (num_nonnulls(price, percent_off) <= 1)
      );
      INSERT INTO concessions (rider_category, component, valid_from, price, percent_off, monthly_quota) VALUES
        ('senior', 'trunk', '2023-01-10', 2500, NULL, 30), ('senior', 'zonal', '2023-01-10', 2250, NULL, 30),
        ('sisben', 'trunk', '2023-01-10', 2500, NULL, 30), ('sisben', 'zonal', '2023-01-10', 2250, NULL, 30),
        ('senior', 'trunk', '2024-02-12', 2500, NULL, 30), ('senior', 'zonal', '2024-02-12', 2500, NULL, 30),
        ('sisben', 'trunk', '2024-02-12', 2500, NULL, 30), ('sisben', 'zonal', '2024-02-12', 2500, NULL, 30),
        ('disability', 'trunk', '2024-02-12', NULL, 40, 25), ('disability', 'zonal', '2024-02-12', NULL, 40, 25);

      CREATE TABLE fare_limits (
        limit_name text NOT NULL CONSTRAINT fare_limits_limit_name_check
          CHECK (limit_name IN ('credit_boardings', 'passback_seconds', 'daily_cap')),
        valid_from date NOT NULL,
        -- Null: none from this day on.
        value bigint CONSTRAINT fare_limits_value_check CHECK (value >= 0),
        CONSTRAINT fare_limits_pkey PRIMARY KEY (limit_name, valid_from),
        CONSTRAINT fare_limits_credit_boardings_check CHECK (limit_name <> 'credit_boardings' OR value <= 100),
        CONSTRAINT fare_limits_passback_seconds_check CHECK (limit_name <> 'passback_seconds' OR value <= 3600)
      );
      INSERT INTO fare_limits (limit_name, valid_from, value)
      VALUES ('credit_boardings', '2019-02-02', 2), ('passback_seconds', '2019-02-02', 600);

      -- Counts the changes of all fare rules, so that a boarding sees in one step whether it knows them.
      CREATE TABLE fare_editions (
        is_only boolean DEFAULT true CONSTRAINT fare_editions_pkey PRIMARY KEY
          CONSTRAINT fare_editions_is_only_check CHECK (is_only),
        edition bigint NOT NULL
      );
      INSERT INTO fare_editions (edition) VALUES (1);
      CREATE FUNCTION count_fare_edition() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        UPDATE fare_editions SET edition = edition + 1;
        RETURN NULL;
      END $$;
      CREATE TRIGGER tariffs_edition AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON tariffs
        EXECUTE FUNCTION count_fare_edition();
      CREATE TRIGGER transfer_rules_edition AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON transfer_rules
        EXECUTE FUNCTION count_fare_edition();
      CREATE TRIGGER transfer_prices_edition AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON transfer_prices
        EXECUTE FUNCTION count_fare_edition();
      CREATE TRIGGER concessions_edition AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON concessions
        EXECUTE FUNCTION count_fare_edition();
      CREATE TRIGGER fare_limits_edition AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON fare_limits
        EXECUTE FUNCTION count_fare_edition();

      -- Of a trip that was imported the reason is unknown, and so is the rest.
      ALTER TABLE trips
        ADD base_price bigint,
        ADD fare_reason text CONSTRAINT trips_fare_reason_check CHECK (fare_reason IN (
          'basic_card', 'transfer_window_over', 'transfers_used_up', 'same_station', 'same_route', 'trunk_to_trunk',
          'trunk_zonal_trunk', 'full_fare', 'transfer')),
        ADD concession text CONSTRAINT trips_concession_check CHECK (concession IN ('applied', 'quota_used')),
        ADD on_credit boolean NOT NULL DEFAULT false,
        ADD passback boolean NOT NULL DEFAULT false,
        ADD capped boolean NOT NULL DEFAULT false,
        ADD anchor_trip_id bigint,
        ADD transfers_used smallint,
        ADD transfers_left smallint,
        ADD window_ends_at timestamptz,
        ADD CONSTRAINT trips_explained_check CHECK (
          CASE WHEN fare_reason IS NULL THEN num_nonnulls(base_price, concession, anchor_trip_id, transfers_used) = 0
               ELSE num_nulls(base_price, anchor_trip_id, transfers_used) = 0
                    AND is_transfer = (fare_reason = 'transfer')
                    AND is_transfer = (anchor_trip_id <> trip_id)
                    AND on_credit = (new_balance < 0) END),
        ADD CONSTRAINT trips_transfer_concession_check CHECK (NOT is_transfer OR concession IS NULL);

      ALTER TABLE cards
        -- Boardings below zero since the credit was last full, and when the last of them was.
        ADD credit_used smallint NOT NULL DEFAULT 0 CONSTRAINT cards_credit_used_check CHECK (credit_used >= 0),
        ADD credit_used_at timestamptz,
        ADD CONSTRAINT cards_credit_used_at_check CHECK (credit_used = 0 OR credit_used_at IS NOT NULL);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE cards DROP credit_used_at, DROP credit_used;
      ALTER TABLE trips DROP window_ends_at, DROP transfers_left, DROP transfers_used, DROP anchor_trip_id, DROP capped,
        DROP passback, DROP on_credit, DROP concession, DROP fare_reason, DROP base_price;
      DROP TRIGGER tariffs_edition ON tariffs;
      DROP TABLE fare_editions, fare_limits, concessions, transfer_prices, transfer_rules;
      DROP FUNCTION count_fare_edition();
    `);
  }
}
