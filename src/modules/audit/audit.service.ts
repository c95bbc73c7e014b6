import { Injectable } from '@nestjs/common';
import { toJson } from '../../common/http/json';
import { decodeCursor, paginate } from '../../common/http/pagination';
import { AuditRepository } from './audit.repository';
import type { AuditEntries } from './dto/audit-responses.dto';
import type { AuditExportQuery, AuditQuery } from './dto/audit-queries.dto';

/** How many entries are in memory during an export. */
const PAGE = 500;

@Injectable()
export class AuditService {
  constructor(private readonly audit: AuditRepository) {}

  async list({ limit, cursor, ...filter }: AuditQuery): Promise<AuditEntries> {
    const found = await this.audit.find(filter, decodeCursor(cursor), limit + 1);
    const { rows, next_cursor } = paginate(found, limit, (entry) => entry.entry_id);
    return { entries: rows, next_cursor };
  }

  /** Returns a line of JSON for each entry, newest first. It reads only as fast as the caller takes the lines. */
  async *export({ before_entry, ...filter }: AuditExportQuery): AsyncGenerator<string> {
    let before = before_entry ?? null;
    for (;;) {
      const entries = await this.audit.find(filter, before, PAGE);
      yield entries.map((entry) => `${toJson(entry)}\n`).join('');
      before = entries.at(-1)?.entry_id ?? null;
      if (entries.length < PAGE) return;
    }
  }
}
