import { Injectable } from '@nestjs/common';
import { toJson } from '../../common/http/json';
import { decodeCursor, paginate } from '../../common/http/pagination';
import { People } from '../../platform/access/sign-in/people';
import { AuditRepository } from './audit.repository';
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
    const clients = await this.clientsOf(filter);
    const found = await this.audit.find(filter, clients, decodeCursor(cursor), limit + 1);
    const { rows, next_cursor } = paginate(found, limit, (entry) => entry.entry_id);
    return { entries: rows, next_cursor };
  }

  /** Returns a line of JSON for each entry, newest first. It reads only as fast as the caller takes the lines. */
  async *export({ before_entry, ...filter }: AuditExportQuery): AsyncGenerator<string> {
    const clients = await this.clientsOf(filter);
    let before = before_entry ?? null;
    for (;;) {
      const entries = await this.audit.find(filter, clients, before, PAGE);
      yield entries.map((entry) => `${toJson(entry)}\n`).join('');
      before = entries.at(-1)?.entry_id ?? null;
      if (entries.length < PAGE) return;
    }
  }

  /** A person may be named as the trail does, or as the identity provider does. */
  private async clientsOf({ client }: AuditFilter): Promise<string[] | undefined> {
    const [, subject] = /^person:(.+)$/s.exec(client ?? '') ?? [];
    if (client === undefined || subject === undefined) return client === undefined ? client : [client];
    return [client, await this.people.nameOf(subject)];
  }
}
