import { JointQuestions } from './joint-questions';

/** Answers each query when it is told to. */
function aSource(most = 10) {
  const queries: { readonly asked: readonly string[]; answer: () => void; fail: () => void }[] = [];
  const questions = new JointQuestions<string>(
    (asked) =>
      new Promise((resolve, reject) =>
        queries.push({
          asked,
          answer: () => resolve(asked.map((each) => `of ${each}`)),
          fail: () => reject(new Error('away')),
        }),
      ),
    most,
  );
  return { questions, queries };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe(JointQuestions.name, () => {
  it('asks one query at a time, and what was asked meanwhile in the next one', async () => {
    const { questions, queries } = aSource();
    const answers = ['a', 'b', 'a', 'c'].map((each) => questions.ask(each));
    expect(queries.map(({ asked }) => asked)).toEqual([['a']]);

    queries[0]?.answer();
    await settled();
    expect(queries.map(({ asked }) => asked)).toEqual([['a'], ['b', 'a', 'c']]);
    queries[1]?.answer();

    expect(await Promise.all(answers)).toEqual(['of a', 'of b', 'of a', 'of c']);
  });

  it('answers nobody by a query that began before the question', async () => {
    const { questions, queries } = aSource();
    const [first, second] = [questions.ask('a'), questions.ask('a')];
    let isAnswered = false;
    void second.then(() => (isAnswered = true));

    queries[0]?.answer();
    await first;
    await settled();
    expect([isAnswered, queries.length]).toEqual([false, 2]);
    queries[1]?.answer();
    expect(await second).toBe('of a');
  });

  it('asks no more at once than it may, and goes on when a query fails', async () => {
    const { questions, queries } = aSource(2);
    const answers = ['a', 'b', 'c', 'd'].map((each) => questions.ask(each).catch(String));

    queries[0]?.fail();
    await settled();
    queries[1]?.answer();
    await settled();
    queries[2]?.answer();

    expect(await Promise.all(answers)).toEqual(['Error: away', 'of b', 'of c', 'of d']);
    expect(queries.map(({ asked }) => asked)).toEqual([['a'], ['b', 'c'], ['d']]);
  });
});
