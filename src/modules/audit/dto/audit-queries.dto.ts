import { IntersectionType } from '@nestjs/swagger';
import { IdQuery, PageQuery } from '../../../common/http/pagination';
import { EmptyIsAbsent, Moment, Text } from '../../../common/http/validation';

const LONGEST = 100;

/** Which entries are shown. An entry must match all conditions. */
export class AuditFilter {
  @EmptyIsAbsent()
  @Text(LONGEST, { description: 'Of this client.', example: 'recharge points of the south', optional: true })
  client?: string;

  @EmptyIsAbsent()
  @Text(LONGEST, { description: 'About this kind of object.', example: 'card', optional: true })
  object_kind?: string;

  @EmptyIsAbsent()
  @Text(LONGEST, { description: 'About the object with this id.', example: '17', optional: true })
  object_id?: string;

  @EmptyIsAbsent()
  @Moment({ description: 'From this moment on.', example: '2026-11-28T00:00:00Z', optional: true })
  from?: string;

  @EmptyIsAbsent()
  @Moment({ description: 'Before this moment.', example: '2026-11-29T00:00:00Z', optional: true })
  to?: string;
}

/** Which entries are exported. */
export class AuditExportQuery extends AuditFilter {
  @EmptyIsAbsent()
  @IdQuery('Only entries that come after the one with this `entry_id`.', 17)
  before_entry?: number;
}

/** Which page of the entries is shown. */
export class AuditQuery extends IntersectionType(AuditFilter, PageQuery) {}
