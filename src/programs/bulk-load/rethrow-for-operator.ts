import { DatabaseError } from 'pg';
import { isDatabaseAway } from '../../common/http/problem/database-errors';
import { StartupError } from '../../common/program/startup-error';

/** Of a database error only the message is shown, because its other fields may contain personal data. */
export function rethrowForOperator(error: unknown): never {
  if (isDatabaseAway(error)) {
    throw new StartupError(
      'the connection to a database was lost: nothing is imported: run the program again',
    );
  }
  if (error instanceof DatabaseError) throw new StartupError(`nothing is imported: ${error.message}`);
  throw error;
}
