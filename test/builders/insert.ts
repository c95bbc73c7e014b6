import type { Client } from 'pg';

type Row = Readonly<Record<string, unknown>>;

/** Inserts a row and answers it as the database completed it; ids are numbers. */
export async function insert<Inserted extends Row>(
  client: Client,
  table: string,
  row: Row,
): Promise<Inserted> {
  const columns = Object.keys(row);
  const places = columns.map((_, index) => `$${index + 1}`);
  const { rows } = await client.query<Inserted>(
    `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${places.join(', ')}) RETURNING *`,
    Object.values(row),
  );
  const [inserted] = rows;
  if (!inserted) throw new Error(`nothing was inserted into ${table}`);
  return inserted;
}

let counted = 0;

/** A number that no other row of this test file has. */
export function unique(): number {
  return (counted += 1);
}
