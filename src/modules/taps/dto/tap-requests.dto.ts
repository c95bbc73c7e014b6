import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';
import { MostItems } from '../../../common/http/request/most-items.decorator';
import { Tidied } from '../../../common/http/request/tidied.decorator';
import { Id, Lines, Moment, OneOf, SHOWN_IN_EXAMPLE, WholeNumber } from '../../../common/http/validation';
import { Personal } from '../../../common/personal.decorator';
import { LONGEST } from '../../../common/text/lengths';
import { TAP_DECISIONS, TAP_KINDS, type TapDecision, type TapKind } from '../tap';

const MOST_TAPS = 1_000;
const SHOWN = { [SHOWN_IN_EXAMPLE]: true };
const LONGEST_VALUE = 40;
const ANY_ID = [0, Number.MAX_SAFE_INTEGER] as const;

/**
 * Whatever a broken reader makes of a number or a clock is kept, so that one such tap does not refuse the others. Characters that are not
 * of ASCII become question marks.
 */
function AsRead(options: { readonly example: string; readonly description: string }): PropertyDecorator {
  const message = `must be text of at most ${LONGEST_VALUE} characters`;
  return applyDecorators(
    ApiProperty({ type: String, maxLength: LONGEST_VALUE, ...options }),
    Tidied((text) => text.replace(/[^\x20-\x7e]/g, '?')),
    IsString({ message }),
    MaxLength(LONGEST_VALUE, { message }),
  );
}

/** One use of a card at a device. */
export class ReportedTap {
  @Id({
    example: 117,
    description: 'The number that the device gave the tap: 1, 2, 3, … without gaps, and never again.',
  })
  sequence!: number;

  @OneOf(TAP_KINDS, { example: 'entry', description: 'Whether the rider entered or left.' })
  kind!: TapKind;

  @AsRead({ example: '1010000000000001', description: 'The number of the card.' })
  card_number!: string;

  @WholeNumber(...ANY_ID, {
    optional: true,
    example: 1,
    description: 'The route of an entry. If it is left out, it is the one of the validator.',
  })
  route_id?: number | null;

  @WholeNumber(...ANY_ID, {
    optional: true,
    example: 1,
    description: 'The station. A validator at a gate may leave it out: then it is its own.',
  })
  station_id?: number | null;

  @AsRead({
    example: '2026-01-14T12:00:00Z',
    description:
      'When it was, by the clock of the device, with the offset from UTC (RFC 3339). What is no moment is for a person.',
  })
  tapped_at!: string;

  @OneOf(TAP_DECISIONS, {
    example: 'accepted',
    description: 'What the device decided. A refused tap is kept and not charged.',
  })
  decision!: TapDecision;

  @WholeNumber(0, Number.MAX_SAFE_INTEGER, {
    optional: true,
    example: 42,
    description: 'The version of the hotlist that the device had.',
  })
  hotlist_version?: number | null;
}

/** Taps of one device, in any order. */
export class ReportedTaps {
  @Id({
    optional: true,
    example: 1,
    description:
      'The device. If it is left out, it is the one to which the key of the caller is bound. Whoever needs no key has to name it.',
    ...SHOWN,
  })
  validator_id?: number;

  @Id({
    optional: true,
    example: null,
    description:
      'The device whose memory an agent hands in, such as one whose key was revoked; instead of `validator_id`. It needs the scope `taps:hand-in`.',
  })
  on_behalf_of?: number;

  @Moment({
    example: '2026-01-14T12:00:05Z',
    description:
      'What the clock of the device shows now. If that differs by more than a minute, all times of the batch are corrected by the difference.',
  })
  sent_at!: string;

  @WholeNumber(0, Number.MAX_SAFE_INTEGER, {
    optional: true,
    example: 42,
    description: 'The version of the hotlist that the device has now.',
  })
  hotlist_version?: number | null;

  @ApiProperty({
    description:
      'The taps, in any order, up to 1,000. A device that has none sends an empty list when it starts, and now and then: so it is heard of, and hears which sequence numbers it has used.',
    type: [ReportedTap],
    maxItems: MOST_TAPS,
    example: [
      {
        sequence: 117,
        kind: 'entry',
        card_number: '1010000000000001',
        route_id: 1,
        station_id: 1,
        tapped_at: '2026-01-14T12:00:00Z',
        decision: 'accepted',
      },
    ],
  })
  @MostItems(MOST_TAPS, ReportedTap)
  taps!: ReportedTap[];
}

const ACTIONS = ['charge', 'dismiss'] as const;

/** What a person decides of a tap in suspense. */
export class ResolveTap {
  @OneOf(ACTIONS, { example: 'dismiss', description: 'Whether a card is charged for it, or nobody.' })
  action!: (typeof ACTIONS)[number];

  @Id({
    optional: true,
    example: null,
    description: 'The card to charge; if it is left out, the one that was tapped.',
  })
  card_id?: number;

  @Id({
    optional: true,
    example: null,
    description: 'Where it was; if it is left out, at the station of the tap or of the validator.',
  })
  station_id?: number;

  @Id({
    optional: true,
    example: null,
    description: 'On which route; if it is left out, on that of the tap or of the validator.',
  })
  route_id?: number;

  @Moment({
    optional: true,
    example: null,
    description:
      'When it was; if it is left out, at the time of the tap. A tap without a readable time needs it.',
  })
  tapped_at?: string;

  @Lines(LONGEST.reason, {
    example: 'The reader was broken that morning',
    description: 'Why it is decided so; it is kept with the tap.',
  })
  @Personal()
  reason!: string;
}
