/**
 * Begins to read a whole database as it is at one moment, while others write: of a primary, or of a hot standby. A
 * program that reads everything has one connection, so each of its sorts may have more memory than those of a service.
 */
export const BEGIN_SNAPSHOT = `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL work_mem = '64MB'`;
