import { ApiProperty } from '@nestjs/swagger';

export class ActiveMinute {
  /** When the minute begins, in UTC (ISO 8601). */
  minute!: Date;

  /**
   * How many boardings there were.
   * @example 12
   */
  boardings!: number;

  /**
   * What their fares earned, in whole units of the currency.
   * @example 42600
   */
  revenue!: number;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    example: 2,
    description: 'How many recharges there were, also those that were reversed later; null for one station.',
  })
  recharges!: number | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    example: 40000,
    description: 'What they brought, in whole units of the currency; null for one station.',
  })
  recharged!: number | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    example: 1,
    description:
      'How many boardings and recharges were refused (402, 403, 404, 409 or 422); null for one station.',
  })
  refusals!: number | null;
}

export class ActivityByMinute {
  /** The beginning of the first minute, in UTC (ISO 8601). */
  from!: Date;

  /** The end of the last minute, in UTC (ISO 8601). */
  to!: Date;

  /**
   * The station whose boardings are counted; null counts those of all stations.
   * @example null
   */
  station_id!: number | null;

  /** All minutes of the span, in the order of time. */
  minutes!: ActiveMinute[];
}

export class StationBoardings {
  /** @example 1 */
  station_id!: number;

  /**
   * How many boardings there were in the frame.
   * @example 3
   */
  boardings!: number;
}

export class StationFrame {
  /** When the frame begins, in UTC (ISO 8601). */
  start!: Date;

  /** The stations at which somebody boarded, sorted by their ids. */
  stations!: StationBoardings[];
}

export class ActivityByStation {
  /** The beginning of the first minute, in UTC (ISO 8601). */
  from!: Date;

  /** The end of the last minute, in UTC (ISO 8601). */
  to!: Date;

  /**
   * How many minutes each frame has; the last one may have fewer.
   * @example 1
   */
  step!: number;

  /** All frames of the span, in the order of time. */
  frames!: StationFrame[];
}
