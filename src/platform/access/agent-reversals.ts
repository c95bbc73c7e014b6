import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { TakeBackLimit } from '../../common/http/problem/access-errors';
import { Clock } from '../../common/time/clock';
import { ServiceCalendar } from '../../common/time/service-calendar';
import { AppConfig } from '../config/app-config';

/** Bounds what agents take back from cards, by reversals and by payouts. Only finance may take back more. */
@Injectable()
export class AgentReversals {
  constructor(
    private readonly clock: Clock,
    private readonly calendar: ServiceCalendar,
    private readonly config: AppConfig,
  ) {}

  /** The limit that one amount is beyond by itself, or null. Amounts are in whole units of the currency. */
  limitOf(amount: number): TakeBackLimit | null {
    const most = this.config.get('AGENT_MOST_REVERSAL');
    return amount > most ? { name: 'AGENT_MOST_REVERSAL', most, left: most } : null;
  }

  /**
   * Counts an amount for the agent's client on the present service day. Other agents of the client wait until the transaction
   * ends, so that all of them together stay within the limit. It is the last lock that a write takes.
   *
   * @param by whose request it is. For all roles but agent it does nothing.
   * @returns the limit that the amount is beyond, or null if it was counted.
   */
  async take(
    manager: EntityManager,
    by: { readonly client: string; readonly role: string | null },
    amount: number,
  ): Promise<TakeBackLimit | null> {
    if (by.role !== 'agent' || amount === 0) return null;
    const beyond = this.limitOf(amount);
    if (beyond) return beyond;
    const most = this.config.get('AGENT_MOST_REVERSAL_DAY');
    const day = this.calendar.dayOf(this.clock.now());
    const counted = await manager.query<unknown[]>(
      `INSERT INTO agent_reversals (client, service_day, amount) SELECT $1, $2::date, $3::bigint WHERE $3::bigint <= $4::bigint
       ON CONFLICT (client, service_day) DO UPDATE SET amount = agent_reversals.amount + excluded.amount
         WHERE agent_reversals.amount + excluded.amount <= $4::bigint
       RETURNING amount`,
      [by.client, day, amount, most],
    );
    if (counted.length > 0) return null;
    const [row] = await manager.query<{ amount: number }[]>(
      'SELECT amount FROM agent_reversals WHERE client = $1 AND service_day = $2',
      [by.client, day],
    );
    return { name: 'AGENT_MOST_REVERSAL_DAY', most, left: Math.max(most - (row?.amount ?? 0), 0) };
  }
}
