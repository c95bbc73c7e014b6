import { Prefix, ROOT } from './names';

describe(Prefix.name, () => {
  const others = [
    new Prefix('db', 70n, 'digest'),
    new Prefix('db', 7n, 'digest2'),
    new Prefix('db', 7n, 'di'),
    new Prefix('db2', 7n, 'digest'),
  ];
  const prefix = new Prefix('db', 7n, 'digest');

  it('names a value so that its key can be had again', () => {
    expect(prefix.value('card:789:balance')).toBe('{travel-recharge:db:7:digest}:card:789:balance');
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

  it('shares no name with other epochs', () => {
    const namesOf = (of: Prefix): string[] => [of.alive, of.value('a'), of.guard('a')];
    const names = [prefix, ...others].flatMap(namesOf);

    expect(new Set(names).size).toBe(names.length);
  });

  it('keeps its names in one slot of a cluster', () => {
    const tags = [prefix.value('a'), prefix.guard('b:{c}'), prefix.alive].map(
      (name) => /\{(.+?)\}/.exec(name)?.[1],
    );

    expect(tags).toEqual(Array.from({ length: 3 }, () => 'travel-recharge:db:7:digest'));
  });

  it('equals itself alone', () => {
    expect(prefix.equals(new Prefix('db', 7n, 'digest'))).toBe(true);
    for (const other of [...others, undefined]) expect(prefix.equals(other)).toBe(false);
  });

  it('is of a family: the prefixes of its database', () => {
    expect(prefix.family.startsWith(ROOT)).toBe(true);
    expect(new Prefix('db', 8n, 'another').alive.startsWith(prefix.family)).toBe(true);
    expect(new Prefix('db2', 7n, 'digest').alive.startsWith(prefix.family)).toBe(false);
  });

  it.each([
    ['an older one of its database', new Prefix('db', 6n, 'x'), true],
    ['one with fewer digits', new Prefix('db', 1n, 'x'), true],
    ['its own', prefix, false],
    ['its own number', new Prefix('db', 7n, 'x'), false],
    ['a newer one', new Prefix('db', 8n, 'x'), false],
    ['one with more digits', new Prefix('db', 10n, 'x'), false],
    ['another database', new Prefix('db2', 6n, 'x'), false],
  ])('succeeds what is of an older epoch: %s', (_, other, isOlder) => {
    for (const name of [other.alive, other.value('a'), other.guard('a')])
      expect(prefix.succeeds(name)).toBe(isOlder);
  });

  it('succeeds nothing that is not ours', () => {
    for (const name of ['card:1:balance', prefix.family, `${prefix.family}x:y}alive`, `${ROOT}probe}x`])
      expect(prefix.succeeds(name)).toBe(false);
  });
});
