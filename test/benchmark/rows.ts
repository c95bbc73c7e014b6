import type { Row } from './row';
import { fareEngine } from './rows/fare-engine';
import { hitWithKey } from './rows/hit-with-key';
import { hitInProcess, hitRedis } from './rows/hit';
import { miss } from './rows/miss';
import { refusal } from './rows/refusal';
import { size } from './rows/size';
import { totals } from './rows/totals';
import { workers } from './rows/workers';
import { board, recharge } from './rows/writes';

/** In the order in which they run. */
export const ROWS: readonly Row[] = [
  fareEngine,
  hitInProcess,
  hitRedis,
  hitWithKey,
  miss,
  totals,
  recharge,
  board,
  refusal,
  size,
  workers,
];
