import { LONGEST } from '../../../common/text/lengths';
import { Id, Lines, Moment, OneOf, Text } from '../../../common/http/validation';
import { SEVERITIES, type Severity } from '../alert.entity';

const END = 'It cannot be before start_time. Without it the alert holds until somebody ends it.';

/** An alert to announce: of a station, of a route, or of the whole system when neither is named. */
export class CreateAlert {
  @Id({ optional: true, example: 1 })
  station_id?: number;

  @Id({ optional: true, example: 1 })
  route_id?: number;

  @Text(LONGEST.alertType, { example: 'RETRASO' })
  type!: string;

  @Lines(LONGEST.message, { example: 'Mayor tiempo de espera por alta demanda.' })
  message!: string;

  @OneOf(SEVERITIES, { example: 'WARNING' })
  severity!: Severity;

  @Moment({ optional: true, example: '2026-01-14T12:00:00Z', description: 'Now when it is left out.' })
  start_time?: string;

  @Moment({ optional: true, example: '2026-01-14T15:00:00Z', description: END })
  end_time?: string;
}

/** What is to be changed of an alert; what is left out stays. */
export class ChangeAlert {
  @Text(LONGEST.alertType, { optional: true, example: 'RETRASO' })
  type?: string;

  @Lines(LONGEST.message, { optional: true, example: 'Se normaliza la operación.' })
  message?: string;

  @OneOf(SEVERITIES, { optional: true, example: 'INFO' })
  severity?: Severity;

  @Moment({
    optional: true,
    example: '2099-01-14T15:00:00Z',
    description:
      'When the alert ends. It cannot be before start_time; with the same time as start_time the alert is withdrawn.',
  })
  end_time?: string;
}
