import { LONGEST } from '../../../common/text/lengths';
import { Id, Lines, Moment, OneOf, Text } from '../../../common/http/validation';
import { SEVERITIES, type Severity } from '../alert.entity';

const END =
  'When the alert ends. It cannot be before start_time. Without it the alert is active until somebody ends it.';

/** An alert for a station, for a route, or for the whole system if neither is named. */
export class CreateAlert {
  @Id({ optional: true, example: 1, description: 'The station that it concerns.' })
  station_id?: number;

  @Id({ optional: true, example: 1, description: 'The route that it concerns.' })
  route_id?: number;

  @Text(LONGEST.alertType, {
    example: 'RETRASO',
    description: 'The kind of alert, in the words of the control centre.',
  })
  type!: string;

  @Lines(LONGEST.message, {
    example: 'Mayor tiempo de espera por alta demanda.',
    description: 'What riders read.',
  })
  message!: string;

  @OneOf(SEVERITIES, { example: 'WARNING', description: 'How serious it is.' })
  severity!: Severity;

  @Moment({
    optional: true,
    example: '2026-01-14T12:00:00Z',
    description: 'When the alert begins; now if it is left out.',
  })
  start_time?: string;

  @Moment({ optional: true, example: '2026-01-14T15:00:00Z', description: END })
  end_time?: string;
}

/** The new values of an alert. Members that are left out keep their values. */
export class ChangeAlert {
  @Text(LONGEST.alertType, {
    optional: true,
    example: 'RETRASO',
    description: 'The kind of alert, in the words of the control centre.',
  })
  type?: string;

  @Lines(LONGEST.message, {
    optional: true,
    example: 'Se normaliza la operación.',
    description: 'What riders read.',
  })
  message?: string;

  @OneOf(SEVERITIES, { optional: true, example: 'INFO', description: 'How serious it is.' })
  severity?: Severity;

  @Moment({
    optional: true,
    example: '2099-01-14T15:00:00Z',
    description:
      'When the alert ends. It cannot be before start_time; the same time as start_time withdraws the alert.',
  })
  end_time?: string;
}
