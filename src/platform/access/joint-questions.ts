/**
 * Answers many questions by few queries: one query is under way, and whatever is asked meanwhile is in the next one. So however
 * many ask, they take one connection. Nobody gets an answer of a query that began before the question.
 */
export class JointQuestions<Answer> {
  private waiting = new Map<string, PromiseWithResolvers<Answer>>();
  private isAsking = false;

  /**
   * @param query returns the answers in the order of the questions, each of which it is asked once.
   * @param most questions of one query.
   */
  constructor(
    private readonly query: (questions: readonly string[]) => Promise<readonly Answer[]>,
    private readonly most: number,
  ) {}

  ask(question: string): Promise<Answer> {
    const known = this.waiting.get(question);
    if (known) return known.promise;
    const asked = withResolvers<Answer>();
    this.waiting.set(question, asked);
    if (!this.isAsking) void this.askAll();
    return asked.promise;
  }

  private async askAll(): Promise<void> {
    this.isAsking = true;
    while (this.waiting.size > 0) {
      const batch = [...this.waiting].slice(0, this.most);
      for (const [question] of batch) this.waiting.delete(question);
      try {
        const answers = await this.query(batch.map(([question]) => question));
        batch.forEach(([, { resolve }], index) => resolve(answers[index] as Answer));
      } catch (error) {
        batch.forEach(([, { reject }]) => reject(error));
      }
    }
    this.isAsking = false;
  }
}

/** Promise.withResolvers, which Node.js 20 does not have. */
interface PromiseWithResolvers<Result> {
  readonly promise: Promise<Result>;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

function withResolvers<Result>(): PromiseWithResolvers<Result> {
  let settle: Omit<PromiseWithResolvers<Result>, 'promise'> = {
    resolve: () => undefined,
    reject: () => undefined,
  };
  const promise = new Promise<Result>((resolve, reject) => (settle = { resolve, reject }));
  return { promise, ...settle };
}
