import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, ValidateBy, type ValidationArguments } from 'class-validator';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { Day, OneOf } from '../../../common/http/validation';
import { MOST_MONEY } from './most-money';

export const FARE_LIMITS = ['credit_boardings', 'passback_seconds', 'daily_cap'] as const;
export type FareLimitName = (typeof FARE_LIMITS)[number];

/** The largest value of each limit. */
const MOST: Readonly<Record<FareLimitName, number>> = {
  credit_boardings: 100,
  passback_seconds: 3_600,
  daily_cap: MOST_MONEY,
};

/** Returns the largest value of a limit. Its name is not validated yet, so it may be unknown. */
function mostOf({ limit_name: name }: Partial<FareLimit>): number {
  const known = FARE_LIMITS.find((limit) => limit === name);
  return known ? MOST[known] : MOST_MONEY;
}

/** A whole number from 0 to the largest value of the limit. */
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

/** A number that limits boardings, from a service day until the next row of the same name. */
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
    description:
      'The value of the limit: boardings, seconds, or whole units of the currency. Null switches it off.',
  })
  @IsOptional()
  @LimitValue()
  value!: number | null;
}
