import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

/** What an erasure reads and changes in the tables of no other module. */
@Injectable()
export class ErasureRepository {
  /** What was ever paid out from the cards of a user, in whole units of the currency. */
  async paidOut(manager: EntityManager, userId: number): Promise<number> {
    const [row] = await manager.query<{ paid_out: number }[]>(
      `SELECT coalesce(sum(amount), 0)::bigint AS paid_out
       FROM cards JOIN postings USING (card_id) WHERE user_id = $1 AND kind = 'payout'`,
      [userId],
    );
    return row?.paid_out ?? 0;
  }

  /** What waits to be loaded onto cards of a user, by the card, in whole units of the currency. */
  async waitingByCard(manager: EntityManager, userId: number): Promise<ReadonlyMap<number, number>> {
    const rows = await manager.query<{ card_id: number; amount: number }[]>(
      `SELECT card_id, sum(amount)::bigint AS amount FROM cards JOIN actions USING (card_id)
       WHERE user_id = $1 AND actions.status = 'pending' GROUP BY card_id`,
      [userId],
    );
    return new Map(rows.map(({ card_id, amount }) => [card_id, amount]));
  }

  /** Whoever reversed a recharge may have named the rider. @returns the recharges. */
  async forgetReasons(manager: EntityManager, userId: number, reason: string): Promise<number[]> {
    const [rows] = await manager.query<[{ recharge_id: number }[], number]>(
      `UPDATE recharge_reversals reversal SET reason = $2
       FROM cards JOIN recharges recharge USING (card_id)
       WHERE user_id = $1 AND reversal.recharge_id = recharge.recharge_id RETURNING reversal.recharge_id`,
      [userId, reason],
    );
    return rows.map(({ recharge_id }) => recharge_id);
  }

  /** Whoever decided about a tap of the rider may have named the rider. @returns the taps. */
  async forgetReasonsOfTaps(manager: EntityManager, userId: number, reason: string): Promise<number[]> {
    const [rows] = await manager.query<[{ suspense_id: number }[], number]>(
      `UPDATE suspended_taps SET resolution_reason = $2
       WHERE suspense_id = ANY (ARRAY(
         SELECT suspense_id FROM cards JOIN suspended_taps USING (card_number)
         WHERE user_id = $1 AND resolution IS NOT NULL
         UNION SELECT suspense_id FROM cards JOIN trips trip USING (card_id)
                                  JOIN suspended_taps suspended ON suspended.trip_id = trip.trip_id
         WHERE user_id = $1))
       RETURNING suspense_id`,
      [userId, reason],
    );
    return rows.map(({ suspense_id }) => suspense_id);
  }

  /** A finding of the import about a rider may quote a date of the row that it was about. */
  async forgetFindings(manager: EntityManager, userId: number): Promise<void> {
    await manager.query(
      `UPDATE import_findings SET reason = 'erased' WHERE source_table = 'users' AND source_id = $1`,
      [userId],
    );
  }
}
