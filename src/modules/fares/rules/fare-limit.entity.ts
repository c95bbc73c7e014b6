import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, ValidateBy, type ValidationArguments } from 'class-validator';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { Day, OneOf } from '../../../common/http/validation';
import { MOST_MONEY } from './most-money';

export const FARE_LIMITS = ['credit_boardings', 'passback_seconds', 'daily_cap'] as const;
export type FareLimitName = (typeof FARE_LIMITS)[number];

/** What a limit itself is bounded by. */
const MOST: Readonly<Record<FareLimitName, number>> = {
  credit_boardings: 100,
  passback_seconds: 3_600,
  daily_cap: MOST_MONEY,
};

/** How large the value of a limit may be, whose name may not be one yet. */
function mostOf({ limit_name: name }: Partial<FareLimit>): number {
  const known = FARE_LIMITS.find((limit) => limit === name);
  return known ? MOST[known] : MOST_MONEY;
}

/** A whole number that the limit may be. */
const LimitValue = (): PropertyDecorator =>
  ValidateBy({
    name: 'isLimitValue',
    validator: {
      validate: (value: unknown, { object }: ValidationArguments) =>
        Number.isInteger(value) && Number(value) >= 0 && Number(value) <= mostOf(object),
      defaultMessage: ({ object }: ValidationArguments) =>
        `must be a whole number from 0 to ${mostOf(object)}`,
    },
  });

/** A number that bounds boardings from a day on, until the next row of its name. */
@Entity('fare_limits')
export class FareLimit {
  @PrimaryColumn('text')
  @OneOf(FARE_LIMITS, {
    example: 'daily_cap',
    description:
      'credit_boardings: how many boardings a personalised card may make on credit, at most 100. passback_seconds: a card ' +
      'that is used again at the same station within this time is flagged, at most 3600. daily_cap: the most that a card ' +
      'pays on a service day.',
  })
  limit_name!: FareLimitName;

  @PrimaryColumn('date')
  @Day({ example: '2099-01-01', description: 'The first service day on which it holds.' })
  valid_from!: string;

  @Column('bigint', { nullable: true })
  @ApiPropertyOptional({
    type: 'integer',
    format: 'int64',
    minimum: 0,
    maximum: MOST_MONEY,
    example: 14000,
    description: 'Null switches the limit off from this day on.',
  })
  @IsOptional()
  @LimitValue()
  value!: number | null;
}
