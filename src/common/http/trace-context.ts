import { randomFillSync } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/**
 * Version, trace-id, parent-id and flags (W3C Trace Context, 3.2). A version that is not known yet may have more behind them;
 * ff is none.
 */
const TRACEPARENT = /^(?!ff)([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-[\da-f]{2}(-.*)?$/;
const NONE = /^0+$/;

const BYTES = 16;
/** Random bytes are made for so many ids at once, since each call costs more than the bytes. */
const IDS_AT_ONCE = 256;

const TRACE_ID = Symbol('trace id');

interface Traced extends IncomingMessage {
  [TRACE_ID]?: string;
}

/** Returns the trace-id of a valid `traceparent`; undefined where there is none, or one that must be ignored. */
export function traceIdIn(traceparent: unknown): string | undefined {
  if (typeof traceparent !== 'string') return undefined;
  const [, version, traceId = '', parentId = '', more] = TRACEPARENT.exec(traceparent) ?? [];
  if (version === undefined || NONE.test(traceId) || NONE.test(parentId)) return undefined;
  return version === '00' && more !== undefined ? undefined : traceId;
}

/** The trace that a request belongs to: its caller's, or one that begins with it. It stays the same for one request. */
export function traceIdOf(request: IncomingMessage): string {
  const traced: Traced = request;
  return (traced[TRACE_ID] ??= traceIdIn(request.headers.traceparent) ?? newTraceId());
}

let random = '';
let position = 0;

/** 32 hexadecimal digits, never all of them 0. */
export function newTraceId(): string {
  if (position === random.length) {
    random = randomFillSync(Buffer.allocUnsafe(BYTES * IDS_AT_ONCE)).toString('hex');
    position = 0;
  }
  const id = random.slice(position, (position += 2 * BYTES));
  return NONE.test(id) ? newTraceId() : id;
}
