import type { Row } from './row';
import { audit } from './rows/audit';
import { fareEngine } from './rows/fare-engine';
import { hitWithKey } from './rows/hit-with-key';
import { hitInProcess, hitRedis } from './rows/hit';
import { localities } from './rows/localities';
import { messages } from './rows/messages';
import { miss } from './rows/miss';
import { readAfterWrite } from './rows/read-after-write';
import { refusal } from './rows/refusal';
import { size } from './rows/size';
import { start } from './rows/start';
import { taps, tapsMeanwhile } from './rows/taps';
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
  localities,
  recharge,
  board,
  taps,
  tapsMeanwhile,
  audit,
  readAfterWrite,
  messages,
  start,
  refusal,
  size,
  workers,
];
