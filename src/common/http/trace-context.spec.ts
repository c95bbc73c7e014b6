import type { IncomingMessage } from 'node:http';
import { newTraceId, traceIdIn, traceIdOf } from './trace-context';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';

describe(traceIdIn.name, () => {
  it.each([
    ['of version 00', `00-${TRACE}-${PARENT}-01`],
    ['with any flags', `00-${TRACE}-${PARENT}-ff`],
    ['of a version to come', `cc-${TRACE}-${PARENT}-01`],
    ['of a version to come, with more behind', `cc-${TRACE}-${PARENT}-01-what-the-future-will-be-like`],
  ])('takes the trace of one %s', (_, traceparent) => {
    expect(traceIdIn(traceparent)).toBe(TRACE);
  });

  it.each([
    ['none', undefined],
    ['an empty one', ''],
    ['version ff', `ff-${TRACE}-${PARENT}-01`],
    ['a trace of zeros', `00-${'0'.repeat(32)}-${PARENT}-01`],
    ['a parent of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['capital letters', `00-${TRACE.toUpperCase()}-${PARENT}-01`],
    ['a trace that is too short', `00-${TRACE.slice(1)}-${PARENT}-01`],
    ['more than version 00 has', `00-${TRACE}-${PARENT}-01-more`],
    ['more without a hyphen', `cc-${TRACE}-${PARENT}-01.more`],
    ['two of them', `00-${TRACE}-${PARENT}-01, 00-${TRACE}-${PARENT}-01`],
    ['blanks around', ` 00-${TRACE}-${PARENT}-01`],
    ['something else', 'what a caller writes'],
  ])('ignores %s', (_, traceparent) => {
    expect(traceIdIn(traceparent)).toBeUndefined();
  });
});

describe(traceIdOf.name, () => {
  const request = (traceparent?: string): IncomingMessage =>
    ({ headers: { traceparent } }) as unknown as IncomingMessage;

  it('is that of the caller, or a new one, and stays the same for a request', () => {
    const without = request();

    expect(traceIdOf(request(`00-${TRACE}-${PARENT}-00`))).toBe(TRACE);
    expect(traceIdOf(without)).toMatch(/^[\da-f]{32}$/);
    expect(traceIdOf(without)).toBe(traceIdOf(without));
  });
});

describe(newTraceId.name, () => {
  it('is another one each time', () => {
    const ids = Array.from({ length: 10_000 }, newTraceId);

    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.every((id) => traceIdIn(`00-${id}-${PARENT}-01`) === id)).toBe(true);
  });
});
