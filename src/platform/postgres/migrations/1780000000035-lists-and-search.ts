import { MigrationInterface, QueryRunner } from 'typeorm';

/** What separates words: what ASCII has beside letters and digits, and, in UTF-8, the hyphens and quotes of typography. */
const IN_ASCII = String.raw`\s!-/:-@\[-\`{-~`;
const IN_UTF8 = String.raw`\u00a0\u00b4\u2010-\u201f`;

/** Riders, cards, trips and recharges are listed by filters, and found by what a person at a desk can type. */
export class ListsAndSearch1780000000035 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const [{ server_encoding } = { server_encoding: '' }] = (await queryRunner.query(
      'SHOW server_encoding',
    )) as { server_encoding: string }[];
    const betweenWords = `[${IN_ASCII}${server_encoding === 'UTF8' ? IN_UTF8 : ''}]+`;
    await queryRunner.query(`
      -- The words of a name without accents and case. The cost keeps the planner from computing them for every row where an index
      -- knows them. Names are qualified, because a restore looks for them in no schema.
      CREATE FUNCTION words_of(text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1000 AS $$
        SELECT array_remove(regexp_split_to_array(public.search_text($1), '${betweenWords}'), '')
      $$;

      -- No dictionary and no parser has a say in it.
      CREATE FUNCTION name_words(text) RETURNS tsvector LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT array_to_tsvector(public.words_of($1))
      $$;

      -- Every word begins a word of the name, in any order. Null if the text has no word.
      CREATE FUNCTION name_query(text) RETURNS tsquery LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT string_agg('''' || word || ''':*', ' & ')::tsquery FROM unnest(public.words_of($1)) word
      $$;

      CREATE INDEX users_name_words_idx ON users USING gin (name_words(first_name || ' ' || last_name));
      CREATE INDEX users_id_number_search_idx ON users (search_text(id_number) text_pattern_ops);
      CREATE INDEX cards_card_number_search_idx ON cards (card_number text_pattern_ops);
      CREATE INDEX cards_status_profile_card_id_idx ON cards (status, (user_id IS NULL), card_id);

      -- Newest first. A filter that is not here is applied to a limited number of rows. The time is written as only lists write it:
      -- the statement that recalls the boardings of a card must not be planned by an index of all cards.
      CREATE INDEX trips_boarding_time_trip_id_idx ON trips ((boarding_time AT TIME ZONE 'UTC'), trip_id);
      CREATE INDEX recharges_recharge_timestamp_recharge_id_idx ON recharges ((recharge_timestamp AT TIME ZONE 'UTC'), recharge_id);
      CREATE INDEX recharges_recharge_point_id_idx ON recharges (recharge_point_id, (recharge_timestamp AT TIME ZONE 'UTC'), recharge_id)
        WHERE recharge_point_id IS NOT NULL;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP INDEX recharges_recharge_point_id_idx, recharges_recharge_timestamp_recharge_id_idx,
        trips_boarding_time_trip_id_idx, cards_status_profile_card_id_idx, cards_card_number_search_idx,
        users_id_number_search_idx, users_name_words_idx;
      DROP FUNCTION name_query(text);
      DROP FUNCTION name_words(text);
      DROP FUNCTION words_of(text);
    `);
  }
}
