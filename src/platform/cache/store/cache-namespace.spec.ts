import { CacheNamespace, NAMESPACE_ROOT } from './cache-namespace';

describe(CacheNamespace.name, () => {
  const others = [
    new CacheNamespace('db', 70n, 'digest'),
    new CacheNamespace('db', 7n, 'digest2'),
    new CacheNamespace('db', 7n, 'di'),
    new CacheNamespace('db2', 7n, 'digest'),
  ];
  const namespace = new CacheNamespace('db', 7n, 'digest');

  it('names a value so that the key can be read from the name', () => {
    expect(namespace.valueName('card:789:balance')).toBe('{travel-recharge:db:7:digest}:card:789:balance');
    for (const key of ['card:789:balance', '', ':', '!x', '{y}'])
      expect(namespace.keyFromName(namespace.valueName(key))).toBe(key);
  });

  it('names a guard so that the key can be read from the name', () => {
    for (const key of ['card:789:balance', '', ':', '!x', '{y}'])
      expect(namespace.keyFromName(namespace.guardName(key))).toBe(key);
  });

  it('has different names for different things, whatever the keys', () => {
    const keys = ['', 'alive', '!alive', ':alive', '@alive', 'a', ':a', '!a'];
    const names = [
      namespace.aliveName,
      ...keys.map((key) => namespace.valueName(key)),
      ...keys.map((key) => namespace.guardName(key)),
    ];

    expect(new Set(names).size).toBe(names.length);
  });

  it('shares no name with other epochs', () => {
    const namesOf = (of: CacheNamespace): string[] => [of.aliveName, of.valueName('a'), of.guardName('a')];
    const names = [namespace, ...others].flatMap(namesOf);

    expect(new Set(names).size).toBe(names.length);
  });

  it('keeps its names in one slot of a cluster', () => {
    const tags = [namespace.valueName('a'), namespace.guardName('b:{c}'), namespace.aliveName].map(
      (name) => /\{(.+?)\}/.exec(name)?.[1],
    );

    expect(tags).toEqual(Array.from({ length: 3 }, () => 'travel-recharge:db:7:digest'));
  });

  it('equals only itself', () => {
    expect(namespace.equals(new CacheNamespace('db', 7n, 'digest'))).toBe(true);
    for (const other of [...others, undefined]) expect(namespace.equals(other)).toBe(false);
  });

  it('is of a family: the prefixes of its database', () => {
    expect(namespace.databasePrefix.startsWith(NAMESPACE_ROOT)).toBe(true);
    expect(new CacheNamespace('db', 8n, 'another').aliveName.startsWith(namespace.databasePrefix)).toBe(true);
    expect(new CacheNamespace('db2', 7n, 'digest').aliveName.startsWith(namespace.databasePrefix)).toBe(
      false,
    );
  });

  it.each([
    ['an older one of its database', new CacheNamespace('db', 6n, 'x'), true],
    ['one with fewer digits', new CacheNamespace('db', 1n, 'x'), true],
    ['its own', namespace, false],
    ['its own number', new CacheNamespace('db', 7n, 'x'), false],
    ['a newer one', new CacheNamespace('db', 8n, 'x'), false],
    ['one with more digits', new CacheNamespace('db', 10n, 'x'), false],
    ['another database', new CacheNamespace('db2', 6n, 'x'), false],
  ])('succeeds what is of an older epoch: %s', (_, other, isOlder) => {
    for (const name of [other.aliveName, other.valueName('a'), other.guardName('a')])
      expect(namespace.isFromEarlierEpoch(name)).toBe(isOlder);
  });

  it('succeeds nothing that is not ours', () => {
    for (const name of [
      'card:1:balance',
      namespace.databasePrefix,
      `${namespace.databasePrefix}x:y}alive`,
      `${NAMESPACE_ROOT}probe}x`,
    ])
      expect(namespace.isFromEarlierEpoch(name)).toBe(false);
  });
});
