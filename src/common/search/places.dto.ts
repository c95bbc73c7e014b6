import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, ValidateBy } from 'class-validator';
import { PageQuery, WholeNumberQuery } from '../http/pagination';
import { LONGEST } from '../text/lengths';
import { EmptyIsAbsent, Text } from '../http/validation';
import { parsePoint } from './near';

/** The radius in metres for a query that has a point but no radius. */
export const USUAL_RADIUS = 1_000;
const LARGEST_RADIUS = 50_000;

/** A text that the name must contain. Accents and case make no difference. */
export function NameQuery(example: string): PropertyDecorator {
  const named = Text(LONGEST.search, {
    optional: true,
    example,
    description: 'Text that the name contains; accents and case do not matter.',
  });
  return (target, member) => {
    EmptyIsAbsent()(target, member);
    named(target, member);
  };
}

/** Places by their name, or within a circle. */
export class PlacesQuery extends PageQuery {
  @EmptyIsAbsent()
  @ApiPropertyOptional({
    description:
      'Latitude and longitude in degrees: only places within `radius` of it, the nearest first, each with its `distance_m`.',
    example: '4.7461,-74.0946',
  })
  @IsOptional()
  @ValidateBy(
    {
      name: 'isPoint',
      validator: { validate: (value) => typeof value === 'string' && parsePoint(value) !== null },
    },
    { message: 'must be latitude,longitude in degrees, such as 4.7461,-74.0946' },
  )
  near?: string;

  @WholeNumberQuery(
    1,
    LARGEST_RADIUS,
    undefined,
    `Metres around \`near\`; ${USUAL_RADIUS} when it is left out.`,
    USUAL_RADIUS,
  )
  radius?: number;
}
