/**
 * Begins a transaction that sees the whole database as it was at one moment, while others write. It works on a primary and on a
 * hot standby. A program that reads everything has one connection, so its sorts may use more memory than those of a service.
 */
export const BEGIN_SNAPSHOT = `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL work_mem = '64MB'`;
