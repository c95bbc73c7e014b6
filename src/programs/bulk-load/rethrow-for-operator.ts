import { DatabaseError } from 'pg';
import { isDatabaseAway } from '../../common/http/problem/database-errors';
import { StartupError } from '../../common/program/startup-error';

/** Only the message: what else a database says about an error may hold the data of a person. */
export function rethrowForOperator(error: unknown): never {
  if (isDatabaseAway(error)) {
    throw new StartupError('lost the connection to a database: run it again, it takes all or nothing');
  }
  if (error instanceof DatabaseError) throw new StartupError(`nothing is imported: ${error.message}`);
  throw error;
}
