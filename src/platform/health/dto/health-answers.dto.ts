export class HealthAnswer {
  /** @example "healthy" */
  status!: 'healthy' | 'degraded' | 'unhealthy';

  /** @example "The database and the cache answer." */
  message!: string;

  /**
   * The version of the service.
   * @example "1.0.0"
   */
  version!: string;
}

export class DatabasePing {
  /** @example "ok" */
  status!: 'ok';
}
