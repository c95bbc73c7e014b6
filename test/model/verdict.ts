/** Whether each search ended as it must. */
export interface Outcome {
  /** For each configuration: the protocol keeps its promises there. */
  readonly held: readonly boolean[];
  /** For each mutant: it breaks a promise, and the search has seen it. */
  readonly caught: readonly boolean[];
}

/** The last line of the checker, and its exit code. */
export function verdictOf({ held, caught }: Outcome): { readonly line: string; readonly exitCode: 0 | 1 } {
  const isRight = [...held, ...caught].every(Boolean);
  const share = (all: readonly boolean[]): string => `${all.filter(Boolean).length} of ${all.length}`;
  const line =
    `${isRight ? 'As it must be' : 'NOT as it must be'}: the protocol keeps its promises in ${share(held)} ` +
    `configurations, and ${share(caught)} mutants are caught breaking one.`;
  return { line, exitCode: isRight ? 0 : 1 };
}
