import { Client, type ClientConfig } from 'pg';

/**
 * A connection whose loss is told by the statement that it interrupts, or by the next one: told to nobody, it would end
 * the process. A pool, too, listens only from when it has its connection back, too late for one that is lost in the
 * moment in which it was had.
 */
export class Connection extends Client {
  constructor(config?: ClientConfig) {
    super(config);
    this.on('error', () => undefined);
  }
}
