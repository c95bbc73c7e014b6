import { findFreePort } from '../../src/platform/postgres/embedded/free-port';

/** What a service showed at one moment: each series by its name and labels, as it is written. */
export class Metrics {
  constructor(readonly series: ReadonlyMap<string, number>) {}

  /** Of a series with these labels, and perhaps others; 0 if there is none, the sum if there are several. */
  sum(name: string, labels: Readonly<Record<string, string>> = {}): number {
    let sum = 0;
    for (const [series, value] of this.series) if (isOf(series, name, labels)) sum += value;
    return sum;
  }

  /** The series with this name. */
  named(name: string): string[] {
    return [...this.series.keys()].filter((series) => isOf(series, name, {}));
  }

  /** By how much series of this name have grown since then, without those that have not. */
  since(before: Metrics, name: string): Readonly<Record<string, number>> {
    const grown = this.named(name).flatMap((series) => {
      const growth = (this.series.get(series) ?? 0) - (before.series.get(series) ?? 0);
      return growth === 0 ? [] : [[series.slice(name.length), growth] as const];
    });
    return Object.fromEntries(grown);
  }
}

function isOf(series: string, name: string, labels: Readonly<Record<string, string>>): boolean {
  const [own] = series.split('{');
  return (
    own === name && Object.entries(labels).every(([label, value]) => series.includes(`${label}="${value}"`))
  );
}

/** Parses OpenMetrics text; fails where a line is no sample, or the end is missing. */
export function parseMetrics(text: string): Metrics {
  if (!text.endsWith('\n# EOF\n')) throw new Error(`the text is not complete:\n${text.slice(-200)}`);
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('# '));
  return new Metrics(
    new Map(
      lines.map((line) => {
        const [, series = '', value = ''] = /^([a-z_:][\w:]*(?:\{.*\})?) (\S+)$/i.exec(line) ?? [];
        if (series === '' || Number.isNaN(Number(value))) throw new Error(`this is no sample: ${line}`);
        return [series, Number(value)];
      }),
    ),
  );
}

/** The port on which a service is to show its metrics, and how it is told so. */
export async function aMetricsPort(): Promise<{ url: string; env: { METRICS_PORT: string } }> {
  const port = await findFreePort();
  return { url: `http://127.0.0.1:${port}/metrics`, env: { METRICS_PORT: String(port) } };
}

export async function scrape(url: string): Promise<Metrics> {
  const response = await fetch(url);
  const text = await response.text();
  if (response.status !== 200) throw new Error(`the metrics were refused with ${response.status}: ${text}`);
  return parseMetrics(text);
}
