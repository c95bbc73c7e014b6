import { Conditions } from './conditions';

/** The most rows that a page looks at. So a filter that few rows pass costs no more than another. */
export const MOST_EXAMINED = 20_000;

/**
 * A table to which rows are added for years, each with an id, a time and a card. It has an index on the card and the time, and one
 * on the time as {@link timeInIndex} writes it and the id. Only lists of all cards write it so, so that no other statement, such as
 * the one for a boarding, can be planned by that index, and read what other cards did.
 */
export interface History {
  readonly table: string;
  readonly id: string;
  readonly time: string;
  readonly columns: string;
}

/** A condition with `?` in place of its value. Without a value it is not required. */
export type Condition = readonly [condition: string, value: unknown];

export interface HistoryFilter {
  readonly card_id?: number;
  readonly user_id?: number;
  /** Moments. The first is included, the second is not. */
  readonly from?: string;
  readonly to?: string;
  /** What an index on a column, the time and the id finds. */
  readonly indexed?: readonly Condition[];
  /** What the rows are looked at for. */
  readonly examined: readonly Condition[];
}

export interface NewestRows<Row> {
  readonly rows: Row[];
  /** The id of the oldest row that was looked at, if there may be matching rows before it; otherwise null. */
  readonly examinedTo: number | null;
}

/** The column of the time in the index of a list. */
const timeInIndex = (time: string): string => `(${time} AT TIME ZONE 'UTC')`;

interface Database {
  query<Rows>(statement: string, values: unknown[]): Promise<Rows>;
}

/**
 * Finds the newest rows that match a filter, before the row with an id; null begins with the newest. Rows of cards are found by the
 * card. Otherwise at most {@link MOST_EXAMINED} rows are looked at, however long the history is.
 */
export async function findNewest<Row>(
  database: Database,
  history: History,
  filter: HistoryFilter,
  before: number | null,
  limit: number,
): Promise<NewestRows<Row>> {
  const { table, id, time, columns } = history;
  const { card_id, user_id, from, to, indexed = [], examined } = filter;
  const isOfCards = card_id !== undefined || user_id !== undefined;
  const by = isOfCards ? time : timeInIndex(time);
  const moment = isOfCards ? '?' : timeInIndex('?::timestamptz');
  const order = `ORDER BY ${by} DESC, ${id} DESC`;
  const where = new Conditions()
    .require(positionOf(history, by, '<'), before)
    .require(`${by} >= ${moment}`, from)
    .require(`${by} < ${moment}`, to);
  for (const [condition, value] of indexed) where.require(condition, value);
  const isExamined = !isOfCards && examined.some(([, value]) => value !== undefined);
  const [oldest] = isExamined
    ? await database.query<{ id: number }[]>(
        `SELECT ${id} AS id FROM ${table} WHERE ${where.text} ${order} OFFSET ${MOST_EXAMINED - 1} LIMIT 1`,
        [...where.values],
      )
    : [];
  where.require(positionOf(history, by, '>='), oldest?.id);
  for (const [condition, value] of examined) where.require(condition, value);
  if (!isOfCards) {
    const statement = `SELECT ${columns} FROM ${table} WHERE ${where.text} ${order} LIMIT ${where.place(limit)}`;
    return { rows: await database.query<Row[]>(statement, where.values), examinedTo: oldest?.id ?? null };
  }
  const newest = `SELECT ${columns} FROM ${table}
    WHERE ${table}.card_id = card.id AND ${where.text} ${order} LIMIT ${where.place(limit)}`;
  const cards = new Conditions(where.values).require('card_id = ?', card_id).require('user_id = ?', user_id);
  const rows = await database.query<Row[]>(
    `SELECT newest.* FROM (SELECT card_id AS id FROM cards WHERE ${cards.text}) card CROSS JOIN LATERAL (${newest}) newest
     ${order} LIMIT ${where.place(limit)}`,
    where.values,
  );
  return { rows, examinedTo: null };
}

/** Whether a row is on one side of the row with an id, in the order of the list. */
function positionOf({ table, id }: History, by: string, side: '<' | '>='): string {
  return `(${by}, ${id}) ${side} ((SELECT ${by} FROM ${table} WHERE ${id} = ?), ?)`;
}
