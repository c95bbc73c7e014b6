import type { MigrationInterface, QueryRunner } from 'typeorm';
import { Connection } from './connection';
import { migrations } from './data-source';
import { readSchema, refuseElsewhere, refuseNewer } from './schema';

/** A migration that has not run yet. */
export interface PlannedMigration {
  readonly name: string;
  /** Its statements, or a comment where they depend on rows. */
  readonly sql: string;
}

/**
 * What would bring the schema of a database up to date, in its order. It only reads.
 *
 * @throws StartupError for the schemas that `migrate` refuses.
 */
export async function planMigrations(url: string): Promise<PlannedMigration[]> {
  const client = new Connection({ connectionString: url, application_name: 'travel-recharge migrate' });
  await client.connect();
  try {
    const schema = await readSchema(client);
    refuseElsewhere(schema);
    refuseNewer(schema);
    const done = new Set(schema.migrations);
    const pending = migrations.filter(({ name }) => !done.has(name));
    return await Promise.all(pending.map(plan));
  } finally {
    await client.end();
  }
}

async function plan(migration: new () => MigrationInterface): Promise<PlannedMigration> {
  const recorder = new Recorder();
  try {
    await new migration().up(recorder as unknown as QueryRunner);
    return { name: migration.name, sql: recorder.statements.join('\n') };
  } catch (error) {
    if (!(error instanceof DependsOnRowsError)) throw error;
    return { name: migration.name, sql: '-- What it changes depends on rows that it reads first.' };
  }
}

class DependsOnRowsError extends Error {}

/** Keeps what a migration would say to PostgreSQL. */
class Recorder {
  readonly statements: string[] = [];

  query(statement: string): Promise<unknown> {
    if (/^\s*(?:SELECT|SHOW)\b/i.test(statement)) return Promise.reject(new DependsOnRowsError());
    // As it is: the text of a function keeps its margin.
    this.statements.push(`${statement.trim().replace(/;$/, '')};`);
    return Promise.resolve([]);
  }
}
