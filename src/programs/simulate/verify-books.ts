import type { AppConfig } from '../../platform/config/app-config';
import { Connection } from '../../platform/postgres/connection';
import { findRunningPostgres } from '../../platform/postgres/embedded/running-postgres';
import { reportLedger } from '../ledger-checks/report-ledger';

/** Whether the books of the service are right; null when this machine can't read them. */
export async function verifyBooks(
  config: AppConfig,
  cardId: number | null,
  print: (line: string) => void,
): Promise<boolean | null> {
  const url = config.get('DATABASE_URL') ?? (await findRunningPostgres(config.get('DATA_DIR')));
  if (!url) {
    print('The books are not checked: set DATABASE_URL to the database of the service.');
    return null;
  }
  if (cardId !== null && !(await hasCard(url, cardId))) {
    print('The books are not checked: DATABASE_URL is not the database of this service.');
    return false;
  }
  return (await reportLedger(url, print)) === 0;
}

/** Whether the service wrote what it said into this database. */
async function hasCard(url: string, cardId: number): Promise<boolean> {
  const client = new Connection({ connectionString: url, application_name: 'simulate' });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT FROM cards WHERE card_id = $1', [cardId]);
    return rowCount === 1;
  } finally {
    await client.end();
  }
}
