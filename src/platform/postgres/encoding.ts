import type { Client } from 'pg';
import { StartupError } from '../../common/program/startup-error';

/** Text of any script, and lengths in characters: only UTF8 has both. */
const NEEDED = 'UTF8';

/** @throws StartupError for a database that keeps its text in another encoding, or, as SQL_ASCII does, in any. */
export async function requireUtf8(client: Client): Promise<void> {
  const { rows } = await client.query<{ server_encoding: string }>('SHOW server_encoding');
  const encoding = rows[0]?.server_encoding;
  if (encoding === NEEDED) return;
  throw new StartupError(
    `the database ${client.database ?? ''} has the encoding ${String(encoding)}, and ${NEEDED} is needed: create it with TEMPLATE template0 ENCODING '${NEEDED}', and move its data with pg_dump`,
  );
}
