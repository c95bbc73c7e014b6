import { MigrationInterface, QueryRunner } from 'typeorm';

/** Who may call: keys, whose they are, and the version of all of them, which every change of a key changes. */
export class Access1780000000022 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE clients (
        client text CONSTRAINT clients_pkey PRIMARY KEY
          CONSTRAINT clients_client_check CHECK (client ~ '^[a-z0-9][a-z0-9._-]{0,62}$'),
        created_at timestamptz NOT NULL
      );

      CREATE TABLE access_keys (
        key_id text CONSTRAINT access_keys_pkey PRIMARY KEY
          CONSTRAINT access_keys_key_id_check CHECK (key_id ~ '^[0-9A-Za-z]{8}$'),
        -- In the order of their making.
        position bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT access_keys_position_key UNIQUE,
        -- SHA-256 of the key.
        digest bytea NOT NULL CONSTRAINT access_keys_digest_check CHECK (octet_length(digest) = 32),
        client text NOT NULL CONSTRAINT access_keys_client_fkey REFERENCES clients,
        name text NOT NULL CONSTRAINT access_keys_name_check CHECK (name <> '' AND length(name) <= 100),
        role text NOT NULL CONSTRAINT access_keys_role_check CHECK (role IN (
          'rider', 'recharge_point', 'validator', 'agent', 'control_centre', 'finance', 'auditor', 'administrator',
          'scraper', 'simulator')),
        user_id bigint CONSTRAINT access_keys_user_id_fkey REFERENCES users,
        recharge_point_id bigint CONSTRAINT access_keys_recharge_point_id_fkey REFERENCES recharge_points,
        vehicle_id bigint CONSTRAINT access_keys_vehicle_id_fkey REFERENCES vehicles,
        station_id bigint CONSTRAINT access_keys_station_id_fkey REFERENCES stations,
        -- Empty: from anywhere.
        networks cidr[] NOT NULL DEFAULT '{}',
        requests_per_minute integer
          CONSTRAINT access_keys_requests_per_minute_check CHECK (requests_per_minute > 0),
        created_at timestamptz NOT NULL,
        -- The key that made it; empty: a program at the server.
        created_by text NOT NULL
          CONSTRAINT access_keys_created_by_check CHECK (created_by ~ '^([0-9A-Za-z]{8})?$'),
        expires_at timestamptz NOT NULL,
        last_used_at timestamptz,
        successor text CONSTRAINT access_keys_successor_key UNIQUE
          CONSTRAINT access_keys_successor_fkey REFERENCES access_keys,
        revoked_at timestamptz,
        CONSTRAINT access_keys_binding_check CHECK (CASE role
          WHEN 'rider' THEN user_id IS NOT NULL AND num_nonnulls(recharge_point_id, vehicle_id, station_id) = 0
          WHEN 'recharge_point'
            THEN recharge_point_id IS NOT NULL AND num_nonnulls(user_id, vehicle_id, station_id) = 0
          WHEN 'validator'
            THEN num_nonnulls(vehicle_id, station_id) = 1 AND num_nonnulls(user_id, recharge_point_id) = 0
          ELSE num_nonnulls(user_id, recharge_point_id, vehicle_id, station_id) = 0 END)
      );
      CREATE INDEX access_keys_client_idx ON access_keys (client);
      CREATE INDEX access_keys_user_id_idx ON access_keys (user_id) WHERE user_id IS NOT NULL;
      CREATE INDEX access_keys_recharge_point_id_idx ON access_keys (recharge_point_id)
        WHERE recharge_point_id IS NOT NULL;
      CREATE INDEX access_keys_vehicle_id_idx ON access_keys (vehicle_id) WHERE vehicle_id IS NOT NULL;
      CREATE INDEX access_keys_station_id_idx ON access_keys (station_id) WHERE station_id IS NOT NULL;

      CREATE TABLE access_version (
        -- One row. Not that of the cache's epoch: every write holds a lock on what it reads there.
        is_only boolean DEFAULT true CONSTRAINT access_version_pkey PRIMARY KEY
          CONSTRAINT access_version_is_only_check CHECK (is_only),
        -- Never the same twice, also after a database was restored from an older copy.
        version uuid NOT NULL
      );
      INSERT INTO access_version (version) VALUES (gen_random_uuid());
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE access_version, access_keys, clients;');
  }
}
