import type { Client } from 'pg';

/** Takes every guard away, as only the owner of the tables can: keys, checks, and triggers. */
export async function liftGuards(client: Client): Promise<void> {
  await client.query(
    `DO $$ DECLARE guard record; BEGIN
       FOR guard IN SELECT conrelid::regclass AS relation, conname FROM pg_constraint
         WHERE connamespace = 'public'::regnamespace AND conislocal AND conparentid = 0
           AND contype IN ('f', 'c', 'u', 'p') AND contypid = 0
         ORDER BY contype = 'f' DESC
       LOOP EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', guard.relation, guard.conname); END LOOP;
       FOR guard IN SELECT contypid::regtype AS domain, conname FROM pg_constraint
         WHERE connamespace = 'public'::regnamespace AND contypid <> 0
       LOOP EXECUTE format('ALTER DOMAIN %s DROP CONSTRAINT %I', guard.domain, guard.conname); END LOOP;
       FOR guard IN SELECT indexrelid::regclass AS relation FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
         WHERE indisunique AND relnamespace = 'public'::regnamespace
       LOOP EXECUTE format('DROP INDEX %s', guard.relation); END LOOP;
       FOR guard IN SELECT DISTINCT tgrelid::regclass AS relation FROM pg_trigger
         JOIN pg_class ON pg_class.oid = tgrelid
         WHERE NOT tgisinternal AND relnamespace = 'public'::regnamespace AND NOT relispartition
       LOOP EXECUTE format('ALTER TABLE %s DISABLE TRIGGER USER', guard.relation); END LOOP;
     END $$`,
  );
}
