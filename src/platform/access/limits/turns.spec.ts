import { Turns } from './turns';

describe(Turns.name, () => {
  it('lets one after another, whatever became of the one before', async () => {
    const turns = new Turns();
    const order: string[] = [];
    const work = (name: string) => async (): Promise<string> => {
      order.push(`${name} begins`);
      await Promise.resolve();
      order.push(`${name} ends`);
      if (name === 'a') throw new Error(name);
      return name;
    };

    const [a, b] = [turns.take(work('a')), turns.take(work('b'))];

    await expect(a).rejects.toThrow('a');
    await expect(b).resolves.toBe('b');
    expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
  });

  it('lets no more wait than it may, and takes others when those are through', async () => {
    const turns = new Turns(1);
    const first = turns.take(() => Promise.resolve(1));

    expect(turns.take(() => Promise.resolve(2))).toBeNull();
    await first;
    await expect(turns.take(() => Promise.resolve(3))).resolves.toBe(3);
  });
});
