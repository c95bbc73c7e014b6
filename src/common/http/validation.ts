import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsNumber, IsOptional, Max, Min, ValidateBy, isEmail } from 'class-validator';
import { FIRST_DAY, FIRST_MOMENT, isDay, isMoment, LAST_DAY, LAST_MOMENT } from '../time/moment';
import { faultIn, faultInExact, faultInLines } from '../text/fault';
import { LONGEST } from '../text/lengths';
import { tidy, tidyLines } from '../text/tidy';
import { Tidied } from './request/tidied.decorator';

/** How class-validator calls the rule of a member that is text. */
export const IS_TEXT = 'isText';

/** In the OpenAPI document: not every caller may leave this member out. */
export const REQUIRED_UNLESS = 'x-required-unless';

/** In the OpenAPI document: the example of a body has this member, although it may be left out. */
export const SHOWN_IN_EXAMPLE = 'x-shown-in-example';

interface MemberOptions<Value> {
  readonly description?: string;
  readonly example: Value | null;
  readonly optional?: boolean;
  /** Who has a key that is bound to such a place may leave it out: then it is that place. Everybody else has to send it. */
  readonly orOfKey?: boolean;
}

/** An optional member may be absent or null. Both mean the same. */
function member<Value>(
  { optional, orOfKey, ...schema }: MemberOptions<Value> & Readonly<Record<string, unknown>>,
  ...rules: PropertyDecorator[]
): PropertyDecorator {
  if (optional) return applyDecorators(IsOptional(), ApiPropertyOptional(schema), ...rules);
  const declared = { ...schema, ...(orOfKey && { [REQUIRED_UNLESS]: 'the key is bound to one' }) };
  return applyDecorators(ApiProperty({ ...declared, required: !orOfKey }), ...rules);
}

/** A whole number between two bounds. The bounds are allowed. A string of digits is refused. */
export function WholeNumber(least: number, most: number, options: MemberOptions<number>): PropertyDecorator {
  const message = `must be a whole number from ${least} to ${most}`;
  return member(
    { type: 'integer', format: 'int64', minimum: least, maximum: most, ...options },
    IsInt({ message }),
    Min(least, { message }),
    Max(most, { message }),
  );
}

/** A number between two bounds, with or without a fraction. The bounds are allowed. */
export function Decimal(least: number, most: number, options: MemberOptions<number>): PropertyDecorator {
  const message = `must be a number from ${least} to ${most}`;
  return member(
    { type: 'number', minimum: least, maximum: most, ...options },
    IsNumber({ allowNaN: false, allowInfinity: false }, { message }),
    Min(least, { message }),
    Max(most, { message }),
  );
}

/** The id of something. */
export function Id(options: MemberOptions<number>): PropertyDecorator {
  return WholeNumber(1, Number.MAX_SAFE_INTEGER, options);
}

/** Text of one line, kept as `tidy` writes it. */
export function Text(longest: number, options: MemberOptions<string>): PropertyDecorator {
  return text(
    longest,
    options,
    Tidied(tidy),
    TextRule((value) => faultIn(value, longest)),
  );
}

/** The same for text of several lines. */
export function Lines(longest: number, options: MemberOptions<string>): PropertyDecorator {
  return text(
    longest,
    options,
    Tidied(tidyLines),
    TextRule((value) => faultInLines(value, longest)),
  );
}

/** Text that is never changed, because two different texts must stay different. */
export function ExactText(longest: number, options: MemberOptions<string>): PropertyDecorator {
  return text(
    longest,
    options,
    TextRule((value) => faultInExact(value, longest)),
  );
}

/** An e-mail address. */
export function Email(options: MemberOptions<string>): PropertyDecorator {
  return text(
    LONGEST.email,
    options,
    Tidied(tidy),
    TextRule(
      (value) => faultIn(value, LONGEST.email) ?? (isEmail(value) ? null : 'must be an e-mail address'),
    ),
  );
}

function text(
  longest: number,
  options: MemberOptions<string>,
  ...rules: PropertyDecorator[]
): PropertyDecorator {
  return member({ type: 'string', minLength: 1, maxLength: longest, ...options }, ...rules);
}

const TextRule = (faultOf: (value: string) => string | null): PropertyDecorator =>
  ValidateBy({
    name: IS_TEXT,
    validator: {
      validate: (value) => typeof value === 'string' && faultOf(value) === null,
      defaultMessage: (args) => (typeof args?.value === 'string' && faultOf(args.value)) || 'must be text',
    },
  });

/** One of a closed set of words. */
export function OneOf(values: readonly string[], options: MemberOptions<string>): PropertyDecorator {
  return member(
    { type: 'string', enum: [...values], ...options },
    IsIn(values, { message: `must be one of ${values.join(', ')}` }),
  );
}

/** An empty parameter in a query means the same as no parameter. A parameter that consists of blanks has a value. */
export const EmptyIsAbsent = (): PropertyDecorator =>
  Transform(({ value, obj, key }: { value: unknown; obj: Record<string, unknown>; key: string }) =>
    obj[key] === '' ? undefined : value,
  );

/** True or false. "true" and 1 are refused. */
export function Truth(options: MemberOptions<boolean>): PropertyDecorator {
  return member({ type: 'boolean', ...options }, IsBoolean({ message: 'must be true or false' }));
}

/** A calendar day. */
export function Day(options: MemberOptions<string>): PropertyDecorator {
  const message = `must be a date, YYYY-MM-DD, from ${FIRST_DAY} to ${LAST_DAY}`;
  return member(
    { type: 'string', format: 'date', ...options },
    ValidateBy({ name: 'isDay', validator: { validate: isDay } }, { message }),
  );
}

/** A moment with its offset from UTC (RFC 3339). The value stays a text. */
export function Moment(options: MemberOptions<string>): PropertyDecorator {
  const message = `must be a moment with its offset, such as 2026-01-14T12:00:00Z, from ${FIRST_MOMENT} to ${LAST_MOMENT}`;
  return member(
    { type: 'string', format: 'date-time', ...options },
    ValidateBy({ name: 'isMoment', validator: { validate: isMoment } }, { message }),
  );
}

/** A calendar day, or a moment with its offset from UTC. The value stays a text. */
export function DayOrMoment(options: MemberOptions<string>): PropertyDecorator {
  const message = `must be a date, YYYY-MM-DD, from ${FIRST_DAY} to ${LAST_DAY}, or a moment with its offset, such as 2026-01-14T12:00:00Z`;
  const validate = (value: unknown): boolean => isDay(value) || isMoment(value);
  return member(
    { type: 'string', ...options },
    ValidateBy({ name: 'isDayOrMoment', validator: { validate } }, { message }),
  );
}
