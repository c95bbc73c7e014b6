import { Prefix, ROOT } from './names';

describe(Prefix.name, () => {
  const prefix = new Prefix('db', 'epoch');

  it('names a value so that its key can be had again', () => {
    expect(prefix.value('card:789:balance')).toBe('{travel-recharge:db:epoch}:card:789:balance');
    for (const key of ['card:789:balance', '', ':', '!x', '{y}'])
      expect(prefix.keyOf(prefix.value(key))).toBe(key);
  });

  it('names a guard so that its key can be had again', () => {
    for (const key of ['card:789:balance', '', ':', '!x', '{y}'])
      expect(prefix.keyOf(prefix.guard(key))).toBe(key);
  });

  it('has a name for each thing that is no other thing’s, whatever the keys', () => {
    const keys = ['', 'alive', '!alive', ':alive', '@alive', 'a', ':a', '!a'];
    const names = [
      prefix.alive,
      ...keys.map((key) => prefix.value(key)),
      ...keys.map((key) => prefix.guard(key)),
    ];

    expect(new Set(names).size).toBe(names.length);
  });

  it('owns its own names, and not those of other epochs', () => {
    for (const name of [prefix.alive, prefix.value('a'), prefix.guard('a')])
      expect(prefix.owns(name)).toBe(true);
    for (const other of [new Prefix('db', 'epoch2'), new Prefix('db', 'epo'), new Prefix('db2', 'epoch')]) {
      for (const name of [other.alive, other.value('a'), other.guard('a')])
        expect(prefix.owns(name)).toBe(false);
    }
  });

  it('keeps its names in one slot of a cluster', () => {
    const tags = [prefix.value('a'), prefix.guard('b:{c}'), prefix.alive].map(
      (name) => /\{(.+?)\}/.exec(name)?.[1],
    );

    expect(tags).toEqual(Array.from({ length: 3 }, () => 'travel-recharge:db:epoch'));
  });

  it('is of a family: the prefixes of its database', () => {
    expect(prefix.family.startsWith(ROOT)).toBe(true);
    expect(new Prefix('db', 'another').text.startsWith(prefix.family)).toBe(true);
    expect(new Prefix('db2', 'epoch').text.startsWith(prefix.family)).toBe(false);
  });
});
