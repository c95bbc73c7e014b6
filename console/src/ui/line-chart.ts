/** Values for an axis from 0 to at least `most`: steps of 1, 2 or 5 with noughts, so that values are whole where they can be. */
export function niceTicks(most: number, wanted: number): number[] {
  const rough = Math.max(most, 1) / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough) ?? rough);
  return Array.from({ length: Math.ceil(Math.max(most, 1) / step) + 1 }, (_, index) => index * step);
}

/** Steps between written times, in seconds. */
const STEPS = [
  1,
  2,
  5,
  10,
  15,
  30,
  ...[1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 240, 360, 720].map((minutes) => minutes * 60),
];

/**
 * The places of the times that are written below a chart, at most so many. Times of a day are round ones, whatever the zone;
 * others are as far apart as they fit.
 */
export function timeTicks(
  times: readonly number[],
  timeText: (time: number) => string,
  wanted: number,
): number[] {
  const places = times.map((_, index) => index);
  const [first = 0, second = first] = times;
  const texts = times.map(timeText);
  const seconds = texts.map((text) => /^(\d\d):(\d\d)(?::(\d\d))?$/.exec(text)).map(secondsOf);
  const span = ((times.at(-1) ?? first) - first) / 1_000;
  const step = STEPS.find((each) => span / each <= wanted && each * 1_000 >= second - first);
  // The outermost would be cut off.
  const isInside = (index: number): boolean => index > 0 && index < times.length - 1;
  if (step !== undefined && seconds.every((each) => each !== null))
    return places.filter((index) => (seconds[index] ?? 0) % step === 0 && isInside(index));
  const every = Math.max(1, Math.ceil(times.length / wanted));
  return places.filter((index) => (times.length - 1 - index) % every === Math.floor(every / 2));
}

function secondsOf(written: RegExpExecArray | null): number | null {
  return written && Number(written[1]) * 3_600 + Number(written[2]) * 60 + Number(written[3] ?? 0);
}

/** The line through all values, broken where there are none. */
export function pathOf(
  values: readonly (number | null)[],
  x: (index: number) => number,
  y: (value: number) => number,
): string {
  let path = '';
  let isDown = false;
  values.forEach((value, index) => {
    if (value !== null) path += `${isDown ? 'L' : 'M'}${x(index).toFixed(1)} ${y(value).toFixed(1)}`;
    isDown = value !== null;
  });
  return path;
}

/** Where an arrow key leads. Null: it is none. */
export function indexOfKey(key: string, index: number, last: number): number | null {
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return Math.max(0, index - 1);
    case 'ArrowRight':
    case 'ArrowUp':
      return Math.min(last, index + 1);
    case 'PageDown':
      return Math.max(0, index - 10);
    case 'PageUp':
      return Math.min(last, index + 10);
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return null;
  }
}
