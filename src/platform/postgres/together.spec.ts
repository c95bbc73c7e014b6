import { together } from './together';

const refusal = (code: string): Error => Object.assign(new Error(code), { code });

describe('together', () => {
  it('answers each in its place', async () => {
    expect(await together([Promise.resolve(1), null, Promise.resolve('two')])).toEqual([1, null, 'two']);
  });

  it('throws the reason, not that the statements behind it found the transaction aborted', async () => {
    const statements = [Promise.reject(refusal('25P02')), Promise.reject(refusal('23505'))];

    await expect(together(statements)).rejects.toThrow('23505');
  });

  it('throws the first of several in the order given, once all have ended', async () => {
    let ended = false;
    const slow = new Promise((_, reject) => setImmediate(() => reject(refusal('first')))).finally(() => {
      ended = true;
    });

    await expect(together([slow, Promise.reject(refusal('second'))])).rejects.toThrow('first');
    expect(ended).toBe(true);
  });

  it('throws that a transaction is aborted when nothing else says why', async () => {
    await expect(together([Promise.reject(refusal('25P02'))])).rejects.toThrow('25P02');
  });
});
