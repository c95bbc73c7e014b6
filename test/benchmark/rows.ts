import type { Row } from './row';
import { fareEngine } from './rows/fare-engine';
import { hitInProcess, hitRedis } from './rows/hit';
import { miss } from './rows/miss';

/** In the order in which they run. */
export const ROWS: readonly Row[] = [fareEngine, hitInProcess, hitRedis, miss];
