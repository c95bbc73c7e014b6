import { ApiProperty } from '@nestjs/swagger';
import { ArrayMinSize } from 'class-validator';
import { MostItems } from '../../../common/http/request/most-items.decorator';
import { Decimal, Id, Moment } from '../../../common/http/validation';

const MOST_OBSERVATIONS = 500;
const FASTEST_KMH = 1_000;

/** The position of a vehicle at a time. */
export class Observation {
  @Id({ example: 1, description: 'The vehicle that was seen.' })
  vehicle_id!: number;

  @Id({ example: 1, description: 'The route that it was on.' })
  route_id!: number;

  @Decimal(-90, 90, { example: 4.7546, description: 'Degrees, WGS 84.' })
  latitude!: number;

  @Decimal(-180, 180, { example: -74.046, description: 'Degrees, WGS 84.' })
  longitude!: number;

  @Decimal(0, FASTEST_KMH, { optional: true, example: 26.4, description: 'Kilometres per hour.' })
  speed?: number | null;

  @Moment({
    example: '2026-01-14T12:00:00Z',
    description: "When it was seen; at most a minute ahead of the service's clock.",
  })
  observed_at!: string;
}

/** Observations, in any order. */
export class Observations {
  @ApiProperty({
    description: 'Where vehicles were seen, in any order.',
    type: [Observation],
    minItems: 1,
    maxItems: MOST_OBSERVATIONS,
    example: [
      {
        vehicle_id: 1,
        route_id: 1,
        latitude: 4.7546,
        longitude: -74.046,
        speed: 26.4,
        observed_at: '2026-01-14T12:00:00Z',
      },
    ],
  })
  @MostItems(MOST_OBSERVATIONS, Observation)
  @ArrayMinSize(1, { message: 'must have at least one observation' })
  positions!: Observation[];
}

export class StoredObservations {
  /**
   * How many observations the request had.
   * @example 1
   */
  received!: number;

  /**
   * How many of them were new.
   * @example 1
   */
  stored!: number;
}
