import { succeedsWithin } from './succeeds-within';

describe(succeedsWithin.name, () => {
  it('says how the attempt went', async () => {
    expect(await succeedsWithin(10_000, Promise.resolve())).toBe(true);
    expect(await succeedsWithin(10_000, Promise.reject(new Error('refused')))).toBe(false);
  });

  it('does not wait for ever, nor for a failure that comes too late', async () => {
    let fail: (error: Error) => void = () => undefined;
    const attempt = new Promise<void>((_, reject) => (fail = reject));

    expect(await succeedsWithin(1, attempt)).toBe(false);
    fail(new Error('too late'));
  });
});
