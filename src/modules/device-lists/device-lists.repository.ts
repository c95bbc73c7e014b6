import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { DeviceList } from './device-list';
import { sumAfter } from './list-checksum';

/** The most noted changes that one transaction numbers, so that it ends long before its timeout. */
const MOST_NUMBERED = 10_000;
/** The most rows that one transaction forgets. */
const MOST_FORGOTTEN = 5_000;

/** SQL: whether another action of the same card comes first. */
const HAS_EARLIER = `EXISTS (
  SELECT FROM actions earlier
  WHERE earlier.card_id = actions.card_id AND earlier.status = 'pending' AND earlier.action_id < actions.action_id)`;

/**
 * SQL: the members that the noted subjects (`changed`) stand for, and whether each is listed now. It reads the same snapshot in which
 * the notes are found, so it sees what all those have committed whose notes it sees, and nothing of others.
 */
const MEMBERS: Readonly<Record<DeviceList, string>> = {
  hotlist: `
    SELECT card_number AS member,
           status IN ('blocked', 'lost') OR debt > (SELECT debt_above FROM device_lists WHERE list = 'hotlist') AS is_listed
    FROM cards WHERE card_id IN (SELECT subject_id FROM changed)`,
  actions: `
    SELECT action_id::text AS member, status = 'pending' AND NOT ${HAS_EARLIER} AS is_listed
    FROM actions WHERE action_id IN (SELECT subject_id FROM changed)`,
};

const numbering = (list: DeviceList): string => `
  WITH changed AS (
    DELETE FROM device_list_changes WHERE list = '${list}' AND change_id IN (
      SELECT change_id FROM device_list_changes WHERE list = '${list}' ORDER BY change_id LIMIT ${MOST_NUMBERED})
    RETURNING subject_id),
  moved AS (
    SELECT now.member, now.is_listed, $1::bigint + row_number() OVER (ORDER BY now.member) AS version
    FROM (${MEMBERS[list]}) now
    LEFT JOIN device_list_members known ON known.list = '${list}' AND known.member = now.member
    WHERE now.is_listed IS DISTINCT FROM coalesce(known.is_listed, false)),
  written AS (
    INSERT INTO device_list_members (list, member, is_listed, version, changed_at)
    SELECT '${list}', member, is_listed, version, $2 FROM moved
    ON CONFLICT (list, member) DO UPDATE
      SET is_listed = excluded.is_listed, version = excluded.version, changed_at = excluded.changed_at)
  SELECT (SELECT count(*) FROM changed) AS noted,
         (SELECT coalesce(json_agg(member), '[]') FROM moved WHERE is_listed) AS add,
         (SELECT coalesce(json_agg(member), '[]') FROM moved WHERE NOT is_listed) AS remove`;

const membersOf = (condition: string): string => `
  (SELECT coalesce(json_agg(member ORDER BY member), '[]') FROM device_list_members
   WHERE device_list_members.list = device_lists.list AND ${condition})`;

/** SQL: the newest state of a row of `device_lists`. */
const NEWEST_STATE = `version, checksum::text AS checksum,
  EXISTS (SELECT FROM device_list_changes WHERE device_list_changes.list = device_lists.list) AS "isBehind"`;

/** A list at a version. */
export interface ListState {
  readonly version: number;
  /** A number of 64 bits, in decimal digits. */
  readonly checksum: string;
}

/** A list at its last version. */
export interface NewestState extends ListState {
  /** Whether something was noted that has no version yet. */
  readonly isBehind: boolean;
}

/** What changed after a version. */
export interface ChangesSince extends NewestState {
  /** Null if that is not known any more, or is too much: the whole list is needed. */
  readonly add: string[] | null;
  readonly remove: string[] | null;
}

@Injectable()
export class DeviceListsRepository {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * @param since null if the reader has nothing yet.
   * @param most changes that are worth telling one by one.
   */
  async findChanges(list: DeviceList, since: number | null, most: number): Promise<ChangesSince> {
    const isKnown = '$2::bigint BETWEEN compacted_through AND version AND version - $2 <= $3';
    const [found] = await this.dataSource.query<ChangesSince[]>(
      `SELECT ${NEWEST_STATE},
              CASE WHEN ${isKnown} THEN ${membersOf('version > $2 AND is_listed')} END AS add,
              CASE WHEN ${isKnown} THEN ${membersOf('version > $2 AND NOT is_listed')} END AS remove
       FROM device_lists WHERE list = $1`,
      [list, since, most],
    );
    if (!found) throw new Error(`there is no list ${list}`);
    return found;
  }

  async findState(list: DeviceList): Promise<NewestState> {
    const [found] = await this.dataSource.query<NewestState[]>(
      `SELECT ${NEWEST_STATE} FROM device_lists WHERE list = $1`,
      [list],
    );
    if (!found) throw new Error(`there is no list ${list}`);
    return found;
  }

  async findAll(list: DeviceList): Promise<ListState & { readonly members: string[] }> {
    const [found] = await this.dataSource.query<(ListState & { members: string[] })[]>(
      `SELECT version, checksum::text AS checksum, ${membersOf('is_listed')} AS members FROM device_lists WHERE list = $1`,
      [list],
    );
    if (!found) throw new Error(`there is no list ${list}`);
    return found;
  }

  /**
   * Gives what was noted its versions, in one transaction at a time of all processes. When it returns, everything is numbered that
   * was committed before it was called.
   */
  async number(list: DeviceList, at: Date): Promise<void> {
    while ((await this.numberSome(list, at)) === MOST_NUMBERED);
  }

  /** Notes all members that may come or leave when the tolerated debt changes. */
  async setTolerance(manager: EntityManager, debtAbove: number): Promise<void> {
    await manager.query(`UPDATE device_lists SET debt_above = $1 WHERE list = 'hotlist'`, [debtAbove]);
    await manager.query(
      `INSERT INTO device_list_changes (list, subject_id) SELECT 'hotlist', card_id FROM cards WHERE debt > 0`,
    );
  }

  async findTolerance(manager: EntityManager = this.dataSource.manager): Promise<number> {
    const [row] = await manager.query<{ debt_above: number }[]>(
      `SELECT debt_above FROM device_lists WHERE list = 'hotlist'`,
    );
    if (!row) throw new Error('there is no hotlist');
    return row.debt_above;
  }

  /** Forgets members that left before a moment. @returns whether there are more. */
  async forget(list: DeviceList, before: Date): Promise<boolean> {
    return this.dataSource.transaction(async (manager) => {
      await lock(manager, list);
      const [rows] = await manager.query<[{ version: number }[], number]>(
        `DELETE FROM device_list_members WHERE ctid = ANY (ARRAY(
           SELECT ctid FROM device_list_members WHERE list = $1 AND NOT is_listed AND changed_at < $2
           ORDER BY changed_at LIMIT ${MOST_FORGOTTEN}))
         RETURNING version`,
        [list, before],
      );
      if (rows.length === 0) return false;
      await manager.query(
        'UPDATE device_lists SET compacted_through = greatest(compacted_through, $2) WHERE list = $1',
        [list, Math.max(...rows.map(({ version }) => version))],
      );
      return rows.length === MOST_FORGOTTEN;
    });
  }

  private numberSome(list: DeviceList, at: Date): Promise<number> {
    return this.dataSource.transaction(async (manager) => {
      const state = await lock(manager, list);
      // Its snapshot is of after the lock, so nothing that another process has numbered is missing.
      const [moved] = await manager.query<{ noted: number; add: string[]; remove: string[] }[]>(
        numbering(list),
        [state.version, at],
      );
      if (!moved) throw new Error('an aggregate returned no row');
      const { noted, add, remove } = moved;
      if (add.length + remove.length > 0)
        await manager.query(
          `UPDATE device_lists SET version = version + $2, members = members + $3, checksum = $4::numeric
           WHERE list = $1`,
          [
            list,
            add.length + remove.length,
            add.length - remove.length,
            sumAfter(BigInt(state.checksum), add, remove).toString(),
          ],
        );
      return noted;
    });
  }
}

async function lock(manager: EntityManager, list: DeviceList): Promise<ListState> {
  const [state] = await manager.query<ListState[]>(
    'SELECT version, checksum::text AS checksum FROM device_lists WHERE list = $1 FOR UPDATE',
    [list],
  );
  if (!state) throw new Error(`there is no list ${list}`);
  return state;
}
