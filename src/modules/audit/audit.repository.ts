import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Conditions } from '../../platform/postgres/conditions';
import type { AuditEntryResponse } from './dto/audit-responses.dto';
import type { AuditFilter } from './dto/audit-queries.dto';

/** Reads the audit trail. */
@Injectable()
export class AuditRepository {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Finds entries before an id, newest first. Null begins with the newest.
   *
   * @param clients entries of one of them; undefined: of anybody.
   */
  async find(
    filter: AuditFilter,
    clients: readonly string[] | undefined,
    before: number | null,
    limit: number,
  ): Promise<AuditEntryResponse[]> {
    const where = new Conditions([before ?? Number.MAX_SAFE_INTEGER, limit], ['entry_id < $1'])
      .require('client = ANY(?)', clients)
      .require('object_kind = ?', filter.object_kind)
      .require('object_id = ?', filter.object_id)
      .require('occurred_at >= ?', filter.from)
      .require('occurred_at < ?', filter.to);
    return this.dataSource.query<AuditEntryResponse[]>(
      `SELECT entry_id, occurred_at, client, key_id, role, request_id, operation, object_kind, object_id, outcome,
              changes, reason, address
       FROM audit_entries WHERE ${where.text} ORDER BY entry_id DESC LIMIT $2`,
      where.values,
    );
  }
}
