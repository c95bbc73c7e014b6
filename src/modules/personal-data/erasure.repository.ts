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

  /** A finding of the import about a rider may quote a date of the row that it was about. */
  async forgetFindings(manager: EntityManager, userId: number): Promise<void> {
    await manager.query(
      `UPDATE import_findings SET reason = 'erased' WHERE source_table = 'users' AND source_id = $1`,
      [userId],
    );
  }
}
