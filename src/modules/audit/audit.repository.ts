import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { AuditEntryResponse } from './dto/audit-responses.dto';
import { type AuditSearch, selectEntries } from './select-entries';

/** A place in the order of entries. */
interface Place {
  readonly time: string;
  readonly id: number;
}

/** Reads the audit trail. */
@Injectable()
export class AuditRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Finds entries that come after an entry, newest first. Null begins with the newest. */
  async find(search: AuditSearch, after: number | null, limit: number): Promise<AuditEntryResponse[]> {
    const begin = await this.findBegin(search, after);
    if (!begin) return [];
    const { text, values } = selectEntries(search, begin.time, begin.id, limit);
    return this.dataSource.query<AuditEntryResponse[]>(text, values);
  }

  /** The place before which the entries are: that of an entry, or the end of the time that is asked for. */
  private async findBegin(
    { to = 'infinity' }: AuditSearch,
    after: number | null,
  ): Promise<Place | undefined> {
    if (after === null) return { time: to, id: 0 };
    // Where the entry itself is gone with its partition, the next older one takes its place.
    const [begin] = await this.dataSource.query<Place[]>(
      `SELECT least(occurred_at, $2::timestamptz)::text AS time,
              CASE WHEN occurred_at >= $2::timestamptz THEN 0 WHEN entry_id = $1 THEN entry_id ELSE entry_id + 1 END AS id
       FROM audit_entries WHERE entry_id <= $1 ORDER BY entry_id DESC LIMIT 1`,
      [after, to],
    );
    return begin;
  }
}
