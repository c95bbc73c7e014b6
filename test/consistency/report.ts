import type { Options } from './options';
import type { Finding, Remark, Tally } from './tally';

/** Fewer reads a second say nothing. */
const LEAST_RATE = 500;
const MOST_SHOWN = 5;

/** Whether the check has seen enough, and nothing that must not be. */
export function isPassed(tally: Tally): boolean {
  return (
    tally.violations.A + tally.violations.B === 0 &&
    !isTooLittle(tally) &&
    tally.unexpected + tally.crashes.length === 0
  );
}

/** What a check has seen, for people. */
export function describe(tally: Tally, { seed, cache }: Options): string {
  const { writes, violations } = tally;
  const found = violations.A + violations.B;
  return [
    `seed ${seed}, cache: ${cache}, ${tally.seconds.toFixed(1)} s`,
    `reads checked: ${tally.checkedReads} (${Math.round(tally.checkedReads / tally.seconds)}/s): ${listOf(tally.operations)}`,
    `X-Cache: ${listOf(tally.sources)}; hit rate ${(tally.hitRate * 100).toFixed(1)} %`,
    `writes: ${writes.acknowledged} acknowledged, ${writes.unknown} unknown, ${writes.refused} refused; ${writes.retried} attempts lost`,
    `faults: ${listOf(tally.faults) || 'none'}; ${tally.excused} reads failed by them`,
    `failed otherwise than allowed: ${tally.unexpected}`,
    ...tally.failures.slice(0, MOST_SHOWN).map((failure) => `  ${describeRemark(failure)}`),
    ...tally.crashes.map((crash) => `crashed: ${crash}`),
    `slowest read: ${describeRemark(tally.slowestRead)}`,
    `slowest write: ${describeRemark(tally.slowestWrite)}`,
    `violations of A: ${violations.A}, of B: ${violations.B}`,
    ...tally.findings.slice(0, MOST_SHOWN).flatMap((finding) => describeFinding(finding, tally.begun)),
    ...(found > MOST_SHOWN ? [`  … ${found - MOST_SHOWN} more`] : []),
    ...(isTooLittle(tally) ? [`too few reads to say anything: ${LEAST_RATE}/s are needed`] : []),
  ].join('\n');
}

function isTooLittle({ checkedReads, seconds }: Tally): boolean {
  return checkedReads < LEAST_RATE * seconds;
}

function listOf(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([name, count]) => `${name} ${count}`).join(', ');
}

function describeRemark({ what, milliseconds, faults }: Remark): string {
  return `${Math.round(milliseconds)} ms, ${what} (faults: ${faults.join(', ')})`;
}

function describeFinding(finding: Finding, begun: number): string[] {
  const at = (time: number): string => `${((time - begun) / 1_000).toFixed(3)} s`;
  const { promise, path, quantity, process, cache, value, floor, floorFrom, floorAt, began, ended } = finding;
  return [
    `  ${promise}: GET ${path} on ${process}, ${at(began)} to ${at(ended)}, X-Cache ${cache ?? 'none'}: ${quantity} ${value}`,
    `     but ${floor} was ${floorFrom} at ${at(floorAt)} (faults: ${finding.faults.join(', ')})`,
  ];
}
