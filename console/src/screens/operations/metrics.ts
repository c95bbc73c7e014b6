/** One sample of an OpenMetrics text. */
interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** How one operation was answered since the service started. Times are in milliseconds. */
export interface OperationFigures {
  /** Such as `GET /cards/{card_id}`. */
  readonly operation: string;
  readonly requests: number;
  /** Answered with 5xx. */
  readonly failed: number;
  readonly mean: number;
  /** Half of the requests took no longer, and 99 of 100, as near as the counted spans say it. */
  readonly p50: number;
  readonly p99: number;
}

/** How often requests were answered with a problem of this code. */
export interface ProblemFigures {
  readonly code: string;
  readonly count: number;
}

const DURATIONS = 'http_server_request_duration_seconds';
const PROBLEMS = 'travel_problems_total';

/** What all processes behind this address counted. @param text is that of `GET /metrics`. */
export function readRequests(text: string): { operations: OperationFigures[]; problems: ProblemFigures[] } {
  const samples = text.split('\n').flatMap(sampleIn);
  const operations = groupedBy(
    samples.filter(({ name, labels }) => name.startsWith(DURATIONS) && labels.http_route),
    ({ labels }) =>
      // The API's document writes parameters so.
      `${labels.http_request_method ?? ''} ${(labels.http_route ?? '').replace(/:(\w+)/g, '{$1}')}`,
  );
  return {
    operations: [...operations].map(([operation, own]) => figuresOf(operation, own)),
    problems: samples
      .filter(({ name, value }) => name === PROBLEMS && value > 0)
      .map(({ labels, value }) => ({ code: labels.code ?? '', count: value })),
  };
}

function sampleIn(line: string): Sample[] {
  const [, name, labels, value] = /^(\w+)(?:\{(.*)\})? (\S+)/.exec(line) ?? [];
  if (name === undefined) return [];
  const pairs = [...(labels ?? '').matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)];
  return [
    { name, labels: Object.fromEntries(pairs.map(([, key, text]) => [key, text])), value: Number(value) },
  ];
}

function figuresOf(operation: string, samples: readonly Sample[]): OperationFigures {
  const sum = (suffix: string, isOf: (status: string) => boolean = () => true): number =>
    samples
      .filter(
        ({ name, labels }) => name === DURATIONS + suffix && isOf(labels.http_response_status_code ?? ''),
      )
      .reduce((total, { value }) => total + value, 0);
  const requests = sum('_count');
  const bounds = groupedBy(
    samples.filter(({ name }) => name === `${DURATIONS}_bucket`),
    ({ labels }) => Number(labels.le?.replace('+Inf', 'Infinity')),
  );
  const buckets = [...bounds]
    .map(([bound, own]) => ({ bound, below: own.reduce((total, { value }) => total + value, 0) }))
    .sort((one, other) => one.bound - other.bound);
  return {
    operation,
    requests,
    failed: sum('_count', (status) => status.startsWith('5')),
    mean: requests === 0 ? 0 : (1_000 * sum('_sum')) / requests,
    p50: 1_000 * quantile(buckets, 0.5 * requests),
    p99: 1_000 * quantile(buckets, 0.99 * requests),
  };
}

function groupedBy<Key>(samples: readonly Sample[], keyOf: (sample: Sample) => Key): Map<Key, Sample[]> {
  const groups = new Map<Key, Sample[]>();
  for (const sample of samples) {
    const group = groups.get(keyOf(sample));
    if (group) group.push(sample);
    else groups.set(keyOf(sample), [sample]);
  }
  return groups;
}

/** Within a span the requests are taken to be spread evenly, as Prometheus does. */
function quantile(buckets: readonly { bound: number; below: number }[], rank: number): number {
  const at = buckets.findIndex(({ below }) => below >= rank);
  const [bucket, before] = [buckets[at], buckets[at - 1] ?? { bound: 0, below: 0 }];
  if (!bucket) return 0;
  if (bucket.bound === Infinity || bucket.below === before.below) return before.bound;
  return (
    before.bound + ((bucket.bound - before.bound) * (rank - before.below)) / (bucket.below - before.below)
  );
}
