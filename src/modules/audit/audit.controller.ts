import { Readable } from 'node:stream';
import { Controller, Get, Query, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Requires } from '../../platform/access/requires.decorator';
import { AuditService } from './audit.service';
import { AuditEntries } from './dto/audit-responses.dto';
import { AuditExportQuery, AuditQuery } from './dto/audit-queries.dto';

const NDJSON = 'application/x-ndjson';

@ApiTags('audit')
@Controller('audit')
export class AuditController {
  constructor(private readonly audit: AuditService) {}

  /**
   * List the audit trail.
   *
   * @remarks It shows who changed what, who was refused, and who read personal data, newest first. Entries are never
   * changed. They are sealed about ten seconds after they were written, so `npm run audit:verify` can prove that.
   */
  @Get()
  @Requires('audit:read', { noted: 'read' })
  list(@Query() query: AuditQuery): Promise<AuditEntries> {
    return this.audit.list(query);
  }

  /**
   * Export the audit trail.
   *
   * @remarks It sends every entry that matches, newest first, each as a line of JSON. It reads the trail in pieces, as
   * fast as the caller reads them. If the connection ends early, the export is incomplete: continue with the
   * `entry_id` of the last whole line as `before_entry`.
   */
  @Get('export')
  @Requires('audit:read', { noted: 'read' })
  @ApiOkResponse({
    description: 'A line of JSON for each entry, with the members that `GET /audit` has.',
    content: {
      [NDJSON]: {
        schema: {
          type: 'string',
          description: 'Lines that end with a line feed.',
          example: '{"entry_id":2,"client":"…"}\n{"entry_id":1,"client":"…"}\n',
        },
      },
    },
  })
  export(@Query() query: AuditExportQuery): StreamableFile {
    return new StreamableFile(Readable.from(this.audit.export(query)), { type: NDJSON });
  }
}
