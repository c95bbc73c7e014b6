import type { PlainPoint } from '../world/hold-point';

// eslint-disable-next-line @typescript-eslint/no-require-imports -- it is plain JavaScript, as the service needs it.
const holds = require('../world/hold-points.cjs') as {
  readonly reach: (point: PlainPoint, subject: string) => Promise<void> | undefined;
};

/** Waits here if the lab has asked for it. */
export const { reach } = holds;
