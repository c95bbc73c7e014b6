import type { Client } from 'pg';
import { FARE_COLUMNS } from '../../../modules/trips/trip-fare';
import { copyBuffers } from '../load/copy';

const COLUMNS = {
  recharges: [
    'recharge_id',
    'card_id',
    'recharge_point_id',
    'channel',
    'amount',
    'new_balance',
    'transaction_id',
    'recharge_timestamp',
  ],
  recharge_transactions: ['transaction_id', 'recharge_id'],
  recharge_reversals: ['recharge_id', 'posting_id', 'reason', 'reversed_at'],
  trips: [
    'trip_id',
    'card_id',
    'route_id',
    'boarding_station_id',
    'disembarking_station_id',
    'vehicle_id',
    'driver_id',
    'boarding_time',
    'disembarking_time',
    'status',
    'new_balance',
    'validator_id',
    'tap_sequence',
    ...FARE_COLUMNS,
  ],
  open_trips: ['card_id', 'trip_id', 'boarding_time', 'boarding_station_id'],
  postings: [
    'posting_id',
    'kind',
    'debit_account_id',
    'credit_account_id',
    'amount',
    'card_id',
    'card_version',
    'card_balance',
    'recharge_id',
    'trip_id',
    'posted_at',
  ],
} as const;

export type HistoryTable = keyof typeof COLUMNS;

const TABLES = Object.keys(COLUMNS) as HistoryTable[];

/** How many characters of text each buffer has. Buffers are outside of the heap and need less memory than strings. */
const CHUNK_CHARACTERS = 65_536;

/** Collects lines for the tables of the history until they are copied. */
export class HistoryBatch {
  private readonly chunks = new Map<HistoryTable, Chunks>(TABLES.map((table) => [table, new Chunks()]));
  size = 0;

  add(table: HistoryTable, line: string): void {
    this.chunks.get(table)?.add(line);
    this.size += 1;
  }

  async copy(client: Client): Promise<void> {
    for (const [table, chunks] of this.chunks) {
      const buffers = chunks.take();
      if (buffers.length > 0) await copyBuffers(client, table, COLUMNS[table], buffers);
    }
  }
}

class Chunks {
  private readonly buffers: Buffer[] = [];
  private text = '';

  add(line: string): void {
    this.text += line;
    if (this.text.length >= CHUNK_CHARACTERS) this.flush();
  }

  take(): readonly Buffer[] {
    if (this.text !== '') this.flush();
    return this.buffers;
  }

  private flush(): void {
    this.buffers.push(Buffer.from(this.text));
    this.text = '';
  }
}
