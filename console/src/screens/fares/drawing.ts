import type { PricedSequence, Step } from './sequence';

/** Where things are in the drawing of a sequence, in pixels. */
export interface Drawing {
  readonly width: number;
  readonly marks: readonly Mark[];
  readonly windows: readonly Window[];
  /** Where time was left out. */
  readonly breaks: readonly number[];
}

export interface Mark {
  readonly x: number;
  readonly step: Step;
  readonly number: number;
  /** Whether it is the first of its day. */
  readonly beginsDay: boolean;
}

/** The time in which transfers of a journey are possible, from its anchor on. */
export interface Window {
  readonly from: number;
  /** Until when it matters: the next full fare begins a window of its own. */
  readonly until: number;
  readonly end: number;
  readonly endsAt: string;
  readonly row: number;
  /** The transfers in it. */
  readonly transfers: readonly number[];
}

const MINUTE_MS = 60_000;
/** Between two things there are at least and at most so many minutes' room; more is left out. */
const [LEAST, MOST, LEFT_OUT] = [18, 120, 26];
const PX_PER_MINUTE = 3.4;
const MARGIN_PX = 40;
const TWIN_PX = 30;

export function drawingOf({ steps }: PricedSequence, room: number): Drawing {
  const moments = steps.map(({ at }) => Date.parse(at));
  const anchors = steps.flatMap((step, index) =>
    step.anchor === index && step.window_ends_at !== null && step.transfers_left !== 0 && !step.refused
      ? [index]
      : [],
  );
  const ends = anchors.map((index) => Date.parse(steps[index]?.window_ends_at ?? ''));
  const points = [...new Set([...moments, ...ends])].sort((one, other) => one - other);
  const gaps = points.slice(1).map((point, index) => (point - (points[index] ?? point)) / MINUTE_MS);
  const rooms = gaps.map((minutes) => (minutes > MOST ? LEFT_OUT : Math.max(minutes, LEAST)));
  const all = rooms.reduce((sum, minutes) => sum + minutes, 0);
  const scale = Math.max(PX_PER_MINUTE, (room - 2 * MARGIN_PX) / Math.max(1, all));
  const places = new Map<number, number>();
  let x = MARGIN_PX;
  points.forEach((point, index) => {
    places.set(point, x);
    x += (rooms[index] ?? 0) * scale;
  });
  const placeOf = (moment: number): number => places.get(moment) ?? MARGIN_PX;
  return {
    width: x + MARGIN_PX,
    marks: steps.map((step, index) => ({
      // Who boards twice in a minute is seen twice.
      x: placeOf(moments[index] ?? 0) + TWIN_PX * (index - moments.indexOf(moments[index] ?? 0)),
      step,
      number: index + 1,
      beginsDay: step.day !== steps[index - 1]?.day,
    })),
    windows: anchors.map((index, order) => {
      const end = placeOf(ends[order] ?? 0);
      const next = anchors[order + 1];
      return {
        from: placeOf(moments[index] ?? 0),
        until: next === undefined ? end : Math.min(end, placeOf(moments[next] ?? 0)),
        end,
        endsAt: steps[index]?.window_ends_at ?? '',
        row: order % 2,
        transfers: steps.flatMap((step, at) =>
          step.anchor === index && at !== index && !step.refused ? [placeOf(moments[at] ?? 0)] : [],
        ),
      };
    }),
    breaks: gaps.flatMap((minutes, index) => {
      const [from, to] = [points[index] ?? 0, points[index + 1] ?? 0];
      return minutes > MOST ? [(placeOf(from) + placeOf(to)) / 2] : [];
    }),
  };
}
