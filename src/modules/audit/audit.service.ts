import { Injectable } from '@nestjs/common';
import { toJson } from '../../common/http/json';
import { decodeCursor, paginate } from '../../common/http/pagination';
import { People } from '../../platform/access/sign-in/people';
import { AuditRepository } from './audit.repository';
import type { AuditSearch } from './select-entries';
import type { AuditEntries } from './dto/audit-responses.dto';
import type { AuditExportQuery, AuditFilter, AuditQuery } from './dto/audit-queries.dto';

/** How many entries are in memory during an export. */
const PAGE = 500;

@Injectable()
export class AuditService {
  constructor(
    private readonly audit: AuditRepository,
    private readonly people: People,
  ) {}

  async list({ limit, cursor, ...filter }: AuditQuery): Promise<AuditEntries> {
    const search = await this.searchFor(filter);
    const found = await this.audit.find(search, decodeCursor(cursor), limit + 1);
    const { rows, next_cursor } = paginate(found, limit, (entry) => entry.entry_id);
    return { entries: rows, next_cursor };
  }

  /** Returns a line of JSON for each entry, newest first. It reads only as fast as the caller takes the lines. */
  async *export({ before_entry, ...filter }: AuditExportQuery): AsyncGenerator<string> {
    const search = await this.searchFor(filter);
    let before = before_entry ?? null;
    for (;;) {
      const entries = await this.audit.find(search, before, PAGE);
      yield entries.map((entry) => `${toJson(entry)}\n`).join('');
      before = entries.at(-1)?.entry_id ?? null;
      if (entries.length < PAGE) return;
    }
  }

  /** A person may be named as the trail does, or as the identity provider does. */
  private async searchFor({ client, ...search }: AuditFilter): Promise<AuditSearch> {
    if (client === undefined) return search;
    const [, subject] = /^person:(.+)$/s.exec(client) ?? [];
    const named = subject === undefined ? [] : [await this.people.nameOf(subject)];
    return { ...search, clients: [...new Set([client, ...named])] };
  }
}
