import { InvalidValueError } from '../../common/http/problem/request-errors';

const MINUTE_MS = 60_000;

/** A span of whole minutes. `to` is not in it. */
export interface MinuteRange {
  readonly from: Date;
  readonly to: Date;
  readonly minutes: number;
}

/** The bounds of a span, in minutes. */
export interface RangeBounds {
  /** How long it is if `from` is left out; the present minute comes on top. */
  readonly usual: number;
  readonly most: number;
}

/** @throws InvalidValueError when it ends before it begins, is too long, or begins before the minutes that are kept. */
export function minuteRange(
  { from, to }: { readonly from?: string; readonly to?: string },
  { usual, most }: RangeBounds,
  now: Date,
  firstKept: Date,
): MinuteRange {
  const end = to === undefined ? now.getTime() + 1 : Date.parse(to);
  const last = Math.ceil(end / MINUTE_MS);
  const first = from === undefined ? last - 1 - usual : Math.floor(Date.parse(from) / MINUTE_MS);
  if (first >= last) throw refusal('/to', 'must be after from');
  if (last - first > most) throw refusal('/to', `must be at most ${most} minutes after from`);
  if (first * MINUTE_MS < firstKept.getTime())
    throw refusal(
      '/from',
      `must not be before ${firstKept.toISOString()}, because older minutes are not kept`,
    );
  return { from: new Date(first * MINUTE_MS), to: new Date(last * MINUTE_MS), minutes: last - first };
}

function refusal(pointer: string, detail: string): InvalidValueError {
  return new InvalidValueError('The span of time is not acceptable.', [{ pointer, detail }]);
}
