export class HealthResponse {
  /**
   * `degraded` means that the service works without its cache, or takes no writes.
   * @example "healthy"
   */
  status!: 'healthy' | 'degraded' | 'unhealthy';

  /**
   * A sentence for people.
   * @example "The database and the cache answer."
   */
  message!: string;

  /**
   * The version of the service.
   * @example "1.0.0"
   */
  version!: string;
}

export class DatabasePing {
  /**
   * Always `ok`; if the database does not answer, the response is 503.
   * @example "ok"
   */
  status!: 'ok';
}
