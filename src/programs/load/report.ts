import type { Tally } from '../service-traffic/tally';
import type { LoadArguments } from './arguments';

const HEADER =
  'operation            requests   a second      HIT       p50       p95       p99      max  (ms)';

/** The results as a table, one line for each operation. */
export function toTable(tally: Tally, seconds: number): string[] {
  const lines = tally.operations.map(([operation, { count, p50, p95, p99, max }]) => {
    const times = [p50, p95, p99, max].map((value) => value.toFixed(1).padStart(10));
    const [requests, rate] = [String(count).padStart(8), (count / seconds).toFixed(1).padStart(11)];
    return `${operation.padEnd(21)}${requests}${rate}${hitShare(tally, operation).padStart(9)}${times.join('')}`;
  });
  const total = tally.operations.reduce((sum, [, { count }]) => sum + count, 0);
  return [
    HEADER,
    ...lines.sort(),
    `${'all'.padEnd(21)}${String(total).padStart(8)}${(total / seconds).toFixed(1).padStart(11)}`,
    ...tally.refusedByReason.map(([reason, count]) => `refused  ${count} ${reason}`),
    ...tally.failedByReason.map(([reason, count]) => `FAILED   ${count} ${reason}`),
  ];
}

/** The same for programs. */
export function toJson(tally: Tally, options: LoadArguments, seconds: number): string {
  const { url, mix, connections, cards, seed } = options;
  const operations = tally.operations.map(([operation, { count, ...milliseconds }]) => ({
    operation,
    requests: count,
    sources: Object.fromEntries(tally.sourcesOf(operation)),
    milliseconds,
  }));
  const [refused, failed] = [tally.refusedByReason, tally.failedByReason].map((reasons) =>
    Object.fromEntries(reasons),
  );
  return `${JSON.stringify({ url, mix, connections, cards, seed, seconds, operations, refused, failed }, null, 2)}\n`;
}

/** Empty for what is never cached. */
function hitShare(tally: Tally, operation: string): string {
  const sources = tally.sourcesOf(operation);
  const all = [...sources.values()].reduce((sum, count) => sum + count, 0);
  return all === 0 ? '' : `${((100 * (sources.get('HIT') ?? 0)) / all).toFixed(0)} %`;
}
