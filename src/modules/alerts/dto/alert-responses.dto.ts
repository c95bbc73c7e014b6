import { Alert } from '../alert.entity';

export class Alerts {
  /** Newest first, 100 at most. */
  alerts!: Alert[];
}

export class ActiveAlerts {
  /** Newest first, 500 at most. */
  alerts!: Alert[];
}
