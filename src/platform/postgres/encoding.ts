import type { Client } from 'pg';
import { StartupError } from '../../common/program/startup-error';

/** Only this encoding can store the text of every script, and counts lengths in characters. */
const NEEDED = 'UTF8';

/** @throws StartupError if the database has another encoding, or none, which PostgreSQL calls SQL_ASCII. */
export async function requireUtf8(client: Client): Promise<void> {
  const { rows } = await client.query<{ server_encoding: string }>('SHOW server_encoding');
  const encoding = rows[0]?.server_encoding;
  if (encoding === NEEDED) return;
  throw new StartupError(
    `the database ${client.database ?? ''} has the encoding ${String(encoding)}, and ${NEEDED} is needed: create it with TEMPLATE template0 ENCODING '${NEEDED}', and move its data with pg_dump`,
  );
}
