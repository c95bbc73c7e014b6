import { ApiProperty } from '@nestjs/swagger';
import { ApiNextCursor } from '../../../common/http/pagination';

export class AuditEntryResponse {
  /**
   * The id of the entry. A newer entry has a larger one.
   * @example 1
   */
  entry_id!: number;

  /** When it happened, in UTC (ISO 8601). */
  occurred_at!: Date;

  /**
   * The organisation or device that the key belongs to. It is empty if the service asks nobody for a key.
   * @example "recharge points of the south"
   */
  client!: string;

  /**
   * The public id of the key; null when there was none.
   * @example "a1b2c3d4"
   */
  key_id!: string | null;

  /**
   * The role of the key; null when there was none.
   * @example "recharge_point"
   */
  role!: string | null;

  /**
   * The `X-Request-Id` of the request.
   * @example "7c41a0e2-1f"
   */
  request_id!: string | null;

  /**
   * The method and the path of the operation.
   * @example "POST /recharges"
   */
  operation!: string;

  /**
   * The kind of thing that it was about; null for none.
   * @example "card"
   */
  object_kind!: string | null;

  /**
   * The id of that thing; null for none.
   * @example "17"
   */
  object_id!: string | null;

  /**
   * Whether something was changed, refused, or read.
   * @example "changed"
   */
  outcome!: 'changed' | 'refused' | 'read';

  @ApiProperty({
    type: 'object',
    nullable: true,
    additionalProperties: { type: 'string', nullable: true },
    description:
      'The members that were set, each with the first 12 hexadecimal digits of the SHA-256 of its JSON; null for what says ' +
      'something about a person.',
    example: { amount: '0f8eb4b72b6e' },
  })
  changes!: Record<string, string | null> | null;

  /**
   * Why a card's status was changed, the code of a refusal, or null.
   * @example "scope_missing"
   */
  reason!: string | null;

  /**
   * The network address of the caller; null when it is not known.
   * @example "10.0.0.7"
   */
  address!: string | null;
}

export class AuditEntries {
  /** Newest first. */
  entries!: AuditEntryResponse[];

  @ApiNextCursor()
  next_cursor!: string | null;
}
