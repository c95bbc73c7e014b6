import { pipelined } from './pipelined';

const refusal = (code: string): Error => Object.assign(new Error(code), { code });

describe(pipelined, () => {
  it('returns each result under its name', async () => {
    const results = await pipelined({ one: Promise.resolve(1), none: null, two: Promise.resolve('two') });

    expect(results).toEqual({ one: 1, none: null, two: 'two' });
  });

  it('throws the cause, not that the statements behind it found the transaction aborted', async () => {
    const statements = { first: Promise.reject(refusal('25P02')), second: Promise.reject(refusal('23505')) };

    await expect(pipelined(statements)).rejects.toThrow('23505');
  });

  it('throws the first of several errors in the order of the names, when all statements have ended', async () => {
    let ended = false;
    const slow = new Promise((_, reject) => setImmediate(() => reject(refusal('first')))).finally(() => {
      ended = true;
    });

    await expect(pipelined({ slow, fast: Promise.reject(refusal('second')) })).rejects.toThrow('first');
    expect(ended).toBe(true);
  });

  it('throws that a transaction is aborted when nothing else says why', async () => {
    await expect(pipelined({ only: Promise.reject(refusal('25P02')) })).rejects.toThrow('25P02');
  });
});
