import type { Measured, Sample } from './measure';

const WIDTH = 860;
const LEFT = 270;
const RIGHT = 90;
const ROW = 30;
const TOP = 64;
const BOTTOM = 44;
const COLOURS: Readonly<Record<string, string>> = { HIT: '#1a7f37', MISS: '#bc4c00' };
const OTHER_COLOUR = '#57606a';
/** Of a sequence by which points of equal time are spread over their row. */
const GOLDEN_RATIO = 0.618;

/** A picture of every request on a logarithmic scale of time: a row for an operation, a dot for a request. */
export function drawChart(measured: readonly Measured[], title: string): string {
  const times = measured.flatMap(({ samples }) => samples.map(({ milliseconds }) => milliseconds));
  const scale = new LogScale(Math.min(...times), Math.max(...times));
  const height = TOP + measured.length * ROW + BOTTOM;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" ` +
      'font-family="system-ui, sans-serif" font-size="12">',
    '<rect width="100%" height="100%" fill="#ffffff"/>',
    text(16, 26, title, 'font-size="15" font-weight="600"'),
    ...legend(measured),
    ...axis(scale, height),
    ...measured.flatMap((one, index) => row(one, TOP + index * ROW + ROW / 2, scale)),
    '</svg>\n',
  ].join('\n');
}

class LogScale {
  private readonly from: number;
  private readonly to: number;

  constructor(least: number, most: number) {
    this.from = Math.floor(Math.log10(least) * 2) / 2;
    this.to = Math.max(this.from + 0.5, Math.ceil(Math.log10(most) * 2) / 2);
  }

  x(milliseconds: number): number {
    const share = (Math.log10(milliseconds) - this.from) / (this.to - this.from);
    return LEFT + share * (WIDTH - LEFT - RIGHT);
  }

  /** 0.1, 0.2, 0.5, 1, 2, 5 … as far as they are on the scale. */
  get ticks(): readonly number[] {
    return [-3, -2, -1, 0, 1, 2, 3, 4, 5]
      .flatMap((power) => [1, 2, 5].map((digit) => digit * 10 ** power))
      .filter((tick) => Math.log10(tick) >= this.from && Math.log10(tick) <= this.to);
  }
}

function axis(scale: LogScale, height: number): string[] {
  const bottom = height - BOTTOM;
  return [
    ...scale.ticks.flatMap((tick) => {
      const x = scale.x(tick).toFixed(1);
      return [
        `<line x1="${x}" y1="${TOP - 8}" x2="${x}" y2="${bottom}" stroke="#d0d7de"/>`,
        text(
          Number(x),
          bottom + 16,
          String(Number(tick.toPrecision(1))),
          'text-anchor="middle" fill="#57606a"',
        ),
      ];
    }),
    text((LEFT + WIDTH - RIGHT) / 2, bottom + 34, 'milliseconds', 'text-anchor="middle" fill="#57606a"'),
  ];
}

function legend(measured: readonly Measured[]): string[] {
  const sources = [...new Set(measured.flatMap(({ summaries }) => Object.keys(summaries)))].sort();
  return sources.flatMap((source, index) => [
    `<circle cx="${LEFT + index * 90}" cy="44" r="4" fill="${colourOf(source)}"/>`,
    text(LEFT + 8 + index * 90, 48, source === 'NONE' ? 'not cached' : source),
  ]);
}

function row({ operation, samples, summaries, ratio }: Measured, y: number, scale: LogScale): string[] {
  const medians = Object.entries(summaries).map(([source, { p50 }]) => {
    const x = scale.x(p50).toFixed(1);
    return `<line x1="${x}" y1="${y - 11}" x2="${x}" y2="${y + 11}" stroke="${colourOf(source)}" stroke-width="2.5"/>`;
  });
  return [
    text(LEFT - 14, y + 4, operation, 'text-anchor="end"'),
    ...samples.map((sample, index) => dot(sample, index, y, scale)),
    ...medians,
    ratio === null ? '' : text(WIDTH - RIGHT + 14, y + 4, `${ratio.toFixed(1)} ×`, 'font-weight="600"'),
  ];
}

function dot({ source, milliseconds }: Sample, index: number, y: number, scale: LogScale): string {
  const spread = ((index * GOLDEN_RATIO) % 1) * 16 - 8;
  const place = `cx="${scale.x(milliseconds).toFixed(1)}" cy="${(y + spread).toFixed(1)}"`;
  return `<circle ${place} r="2" fill="${colourOf(source)}" fill-opacity="0.35"/>`;
}

function text(x: number, y: number, content: string, attributes = ''): string {
  return `<text x="${x}" y="${y}" ${attributes}>${escape(content)}</text>`;
}

function escape(content: string): string {
  return content.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

function colourOf(source: string): string {
  return COLOURS[source] ?? OTHER_COLOUR;
}
