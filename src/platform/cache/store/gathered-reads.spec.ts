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

  it('sends the first read of a turn at once, and the others as one command, each name once', async () => {
    const texts = ['first', 'a', 'none', 'b', 'a'].map((name) => reads.get(name));
    expect(commands).toEqual([['first']]);

    expect(await Promise.all(texts)).toEqual(['text of first', 'text of a', null, 'text of b', 'text of a']);
    expect(commands).toEqual([['first'], ['a', 'none', 'b']]);
  });

  it('hands over the others before the client ends the turn that the first read began in it', async () => {
    const order: string[] = [];
    reads = new GatheredReads((names) => {
      order.push(...names);
      // A client that keeps what it is given until the end of the turn does it so.
      setImmediate(() => order.push('end of the turn'));
      return Promise.resolve([]);
    });
    await Promise.all([reads.get('a'), reads.get('b')]);
    await turn();

    expect(order.slice(0, 3)).toEqual(['a', 'b', 'end of the turn']);
  });

  it('shares no text that may have been asked for already, neither of this turn nor of an earlier one', async () => {
    const [first, second] = [reads.get('a'), reads.get('a')];
    await turn();
    expect(commands).toEqual([['a'], ['a']]);

    expect(await Promise.all([first, second, reads.get('a')])).toEqual(Array(3).fill('text of a'));
    expect(commands).toEqual([['a'], ['a'], ['a']]);
  });

  it('sends no command with more than a hundred names', async () => {
    const names = Array.from({ length: 250 }, (_, index) => `${index}`);
    const texts = await Promise.all(names.map((name) => reads.get(name)));

    expect(texts).toEqual(names.map((name) => `text of ${name}`));
    expect(commands.map(({ length }) => length)).toEqual([1, 100, 100, 49]);
  });

  it('fails all readers of a command that failed, and no others', async () => {
    let fault: Error | null = new Error('away');
    reads = new GatheredReads(async (names) => {
      if (fault) throw fault;
      return Promise.resolve([...names]);
    });
    const readers = await Promise.allSettled(['a', 'b', 'c'].map((name) => reads.get(name)));
    fault = null;

    expect(readers.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(await reads.get('a')).toBe('a');
  });
});
