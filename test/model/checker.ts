/** One atomic step of one actor, told in words. */
export interface Step<S> {
  readonly label: string;
  readonly state: S;
}

/** What the checker has to know of a model: nothing of what the states mean. */
export interface Model<S> {
  readonly initial: readonly Step<S>[];
  next(state: S): Step<S>[];
  key(state: S): string;
  /** The promise that was broken on the way here, null while all hold. */
  broken(state: S): string | null;
}

/** What a search has seen; `complete` is false only if it was cut at its limit. */
export interface Exploration {
  readonly states: number;
  readonly depth: number;
  readonly complete: boolean;
  readonly counterexample: Counterexample | null;
}

/** A shortest way to a broken promise. */
export interface Counterexample {
  readonly promise: string;
  readonly trace: readonly string[];
}

/** Visits every state that can be reached, the nearest first, up to the first broken promise. */
export function explore<S>(model: Model<S>, limit = Infinity): Exploration {
  const visited = new Visited(model);
  let frontier = visited.add(model.initial, -1);
  let depth = 0;
  while (frontier.length > 0) {
    const counterexample = firstBroken(model, frontier, visited);
    if (counterexample) return { states: visited.size, depth, complete: true, counterexample };
    if (visited.size > limit) return { states: visited.size, depth, complete: false, counterexample };
    const reached: Reached<S>[] = [];
    for (const { state, index } of frontier) reached.push(...visited.add(model.next(state), index));
    frontier = reached;
    if (frontier.length > 0) depth += 1;
  }
  return { states: visited.size, depth, complete: true, counterexample: null };
}

/** Of those at one distance, the promise whose name comes first. */
function firstBroken<S>(model: Model<S>, frontier: Reached<S>[], visited: Visited<S>): Counterexample | null {
  let first: { promise: string; index: number } | null = null;
  for (const { state, index } of frontier) {
    const promise = model.broken(state);
    if (promise !== null && (first === null || promise < first.promise)) first = { promise, index };
  }
  return first && { promise: first.promise, trace: visited.trace(first.index) };
}

interface Reached<S> {
  readonly state: S;
  readonly index: number;
}

/** Keeps of a state its key and where it came from: the states themselves would not fit into memory. */
class Visited<S> {
  private readonly keys = new Map<string, number>();
  private readonly parents: number[] = [];

  constructor(private readonly model: Model<S>) {}

  add(steps: readonly Step<S>[], parent: number): Reached<S>[] {
    const added: Reached<S>[] = [];
    for (const { state } of steps) {
      const key = this.model.key(state);
      if (this.keys.has(key)) continue;
      const index = this.keys.size;
      this.keys.set(key, index);
      this.parents.push(parent);
      added.push({ state, index });
    }
    return added;
  }

  get size(): number {
    return this.keys.size;
  }

  /** Walks the way from the start again, because the labels were not kept. */
  trace(last: number): string[] {
    const way: number[] = [];
    for (let index = last; index >= 0; index = this.parents[index] ?? -1) way.unshift(index);
    const labels: string[] = [];
    let steps = this.model.initial;
    for (const index of way) {
      const step = steps.find(({ state }) => this.keys.get(this.model.key(state)) === index);
      if (!step) throw new Error('The model is not deterministic: the same state has other next states.');
      labels.push(step.label);
      steps = this.model.next(step.state);
    }
    return labels;
  }
}
