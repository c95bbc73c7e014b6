import { setImmediate as turn } from 'node:timers/promises';
import { GatheredReads } from './gathered-reads';

describe(GatheredReads.name, () => {
  let commands: (readonly string[])[];
  let reads: GatheredReads;

  beforeEach(() => {
    commands = [];
    reads = new GatheredReads((names) => {
      commands.push(names);
      return Promise.resolve(names.map((name) => (name === 'none' ? null : `text of ${name}`)));
    });
  });

  it('sends what is read in one turn as one command, and each name once', async () => {
    const texts = await Promise.all(['a', 'none', 'b', 'a'].map((name) => reads.get(name)));

    expect(texts).toEqual(['text of a', null, 'text of b', 'text of a']);
    expect(commands).toEqual([['a', 'none', 'b']]);
  });

  it('never gives a text that was asked for before the reader came', async () => {
    const first = reads.get('a');
    await turn();
    expect(commands).toHaveLength(1);

    expect(await Promise.all([first, reads.get('a')])).toEqual(['text of a', 'text of a']);
    expect(commands).toEqual([['a'], ['a']]);
  });

  it('sends no command with more than a hundred names', async () => {
    const names = Array.from({ length: 250 }, (_, index) => `${index}`);
    const texts = await Promise.all(names.map((name) => reads.get(name)));

    expect(texts).toEqual(names.map((name) => `text of ${name}`));
    expect(commands.map(({ length }) => length)).toEqual([100, 100, 50]);
  });

  it('fails all readers of a command that failed, and no others', async () => {
    let fault: Error | null = new Error('away');
    reads = new GatheredReads(async (names) => {
      if (fault) throw fault;
      return Promise.resolve([...names]);
    });
    const [one, other] = await Promise.allSettled([reads.get('a'), reads.get('b')]);
    fault = null;

    expect([one.status, other.status]).toEqual(['rejected', 'rejected']);
    expect(await reads.get('a')).toBe('a');
  });
});
