import { ImportedTable } from '../imported-table';
import { historyTables } from './history';
import { networkTables } from './network';
import { operationTables } from './operation';
import { operatorTables } from './operators';
import { riderTables } from './riders';

/** All tables of the replaced service, each after those that it refers to. */
export const importedTables: readonly ImportedTable[] = [
  ...operatorTables,
  ...networkTables,
  ...riderTables,
  ...historyTables,
  ...operationTables,
];

/** The table of this name; a name that is none is a mistake in the descriptions. */
export function tableNamed(name: string): ImportedTable {
  const table = importedTables.find((candidate) => candidate.name === name);
  if (!table) throw new Error(`the replaced service has no table ${name}`);
  return table;
}
