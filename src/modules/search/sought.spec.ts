import { endOfPrefix, soughtBy } from './sought';

describe(soughtBy.name, () => {
  it('takes digits for an id, and the number of a card with blanks and hyphens', () => {
    expect(soughtBy('17')).toMatchObject({ id: 17, number: '17', afterNumber: null });
    expect(soughtBy('1010 0000-0018')).toMatchObject({
      id: null,
      number: '101000000018',
      afterNumber: '101000000019',
    });
  });

  it.each(['0', '007', '1e3', '-1', '1234567890123456', '1.5', 'x'])('takes %j for no id', (text) => {
    expect(soughtBy(text).id).toBeNull();
  });

  it('looks for names by words of two letters or more', () => {
    expect(['a', 'a b', '%', '--', '. .'].map((text) => soughtBy(text).isName)).toEqual(
      new Array(5).fill(false),
    );
    expect(['li', 'a li', 'Ñu', '李明'].map((text) => soughtBy(text).isName)).toEqual(
      new Array(4).fill(true),
    );
  });
});

describe(endOfPrefix.name, () => {
  it.each([
    ['10', '11'],
    ['19', '1:'],
    ['a\ud7ff', 'a\ue000'],
    ['a😀', 'a😁'],
    ['\u{10ffff}', null],
  ])('of %j is %j', (prefix, end) => {
    expect(endOfPrefix(prefix)).toBe(end);
  });
});
