import { MigrationInterface, QueryRunner } from 'typeorm';

const isTime = (column: string): string =>
  `${column} BETWEEN timestamptz '0001-01-01 00:00:00+00' AND timestamptz '9999-12-31 23:59:59.999999+00'`;

/**
 * Lists that validators keep a copy of, such as the hotlist, with the version at which each member came or left. Writers only note
 * whom they have changed; who reads a list numbers what was noted.
 */
export class DeviceLists1780000000046 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE device_lists (
        list text CONSTRAINT device_lists_pkey PRIMARY KEY
          CONSTRAINT device_lists_list_check CHECK (list IN ('hotlist', 'actions')),
        version bigint NOT NULL DEFAULT 0,
        -- Members that left before this version are forgotten.
        compacted_through bigint NOT NULL DEFAULT 0
          CONSTRAINT device_lists_compacted_through_check CHECK (compacted_through BETWEEN 0 AND version),
        members bigint NOT NULL DEFAULT 0 CONSTRAINT device_lists_members_check CHECK (members >= 0),
        -- The sum of the members' digests, modulo 2^64.
        checksum numeric(20) NOT NULL DEFAULT 0
          CONSTRAINT device_lists_checksum_check CHECK (checksum BETWEEN 0 AND 18446744073709551615),
        -- The hotlist has cards that owe more than this, in whole units of the currency.
        debt_above bigint NOT NULL DEFAULT 0 CONSTRAINT device_lists_debt_above_check CHECK (debt_above >= 0)
      );
      INSERT INTO device_lists (list) VALUES ('hotlist'), ('actions');

      CREATE TABLE device_list_members (
        list text NOT NULL CONSTRAINT device_list_members_list_fkey REFERENCES device_lists
          CONSTRAINT device_list_members_list_check CHECK (list IN ('hotlist', 'actions')),
        member text NOT NULL CONSTRAINT device_list_members_member_length_check CHECK (length(member) <= 100),
        is_listed boolean NOT NULL,
        version bigint NOT NULL CONSTRAINT device_list_members_version_check CHECK (version > 0),
        changed_at timestamptz NOT NULL CONSTRAINT device_list_members_changed_at_check CHECK (${isTime('changed_at')}),
        CONSTRAINT device_list_members_pkey PRIMARY KEY (list, member)
      );
      CREATE UNIQUE INDEX device_list_members_list_version_key ON device_list_members (list, version);
      CREATE INDEX device_list_members_left_idx ON device_list_members (list, changed_at) WHERE NOT is_listed;

      -- What a transaction has changed, until it is numbered: cards, or actions.
      CREATE TABLE device_list_changes (
        change_id bigint GENERATED ALWAYS AS IDENTITY,
        list text NOT NULL CONSTRAINT device_list_changes_list_check CHECK (list IN ('hotlist', 'actions')),
        subject_id bigint NOT NULL,
        CONSTRAINT device_list_changes_pkey PRIMARY KEY (list, change_id)
      );

      CREATE FUNCTION note_card_for_hotlist() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
      BEGIN
        INSERT INTO device_list_changes (list, subject_id) VALUES ('hotlist', NEW.card_id);
        RETURN NULL;
      END $$;
      CREATE TRIGGER cards_note_for_hotlist AFTER UPDATE OF status, debt ON cards FOR EACH ROW
        WHEN (OLD.status IS DISTINCT FROM NEW.status OR OLD.debt IS DISTINCT FROM NEW.debt)
        EXECUTE FUNCTION note_card_for_hotlist();
      CREATE TRIGGER cards_note_new_for_hotlist AFTER INSERT ON cards FOR EACH ROW
        WHEN (NEW.status IN ('blocked', 'lost') OR NEW.debt > 0)
        EXECUTE FUNCTION note_card_for_hotlist();
      INSERT INTO device_list_changes (list, subject_id)
        SELECT 'hotlist', card_id FROM cards WHERE status IN ('blocked', 'lost') ORDER BY card_id;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TRIGGER cards_note_new_for_hotlist ON cards;
      DROP TRIGGER cards_note_for_hotlist ON cards;
      DROP FUNCTION note_card_for_hotlist();
      DROP TABLE device_list_changes, device_list_members, device_lists;
    `);
  }
}
