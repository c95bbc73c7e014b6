import { boxesAround, circleOf, parsePoint } from './near';

describe(parsePoint.name, () => {
  it.each([
    ['4.7461,-74.0946', { latitude: 4.7461, longitude: -74.0946 }],
    ['-90,+180', { latitude: -90, longitude: 180 }],
    ['0,0', { latitude: 0, longitude: 0 }],
  ])('reads %s', (text, point) => {
    expect(parsePoint(text)).toEqual(point);
  });

  it.each([
    '',
    '4.7',
    '4.7,',
    ',4.7',
    '4.7,-74.1,3',
    '90.1,0',
    '0,180.1',
    '-91,0',
    'NaN,0',
    '1e1,0',
    '4.7, -74',
    '0x1,0',
    '4.,0',
    'Infinity,0',
  ])('refuses %j', (text) => {
    expect(parsePoint(text)).toBeNull();
  });
});

describe(circleOf.name, () => {
  it('is as large as it is asked for, or as usual', () => {
    expect(circleOf({ near: '1,2', radius: 30 }, 500)).toEqual({ latitude: 1, longitude: 2, radius: 30 });
    expect(circleOf({ near: '1,2' }, 500)).toEqual({ latitude: 1, longitude: 2, radius: 500 });
  });

  it('is none without a centre, and then has no radius', () => {
    expect(circleOf({}, 500)).toBeNull();
    expect(() => circleOf({ radius: 30 }, 500)).toThrow('not acceptable');
  });
});

describe(boxesAround.name, () => {
  const box = (text = ''): number[] => (text.match(/-?\d+(\.\d+)?(e-?\d+)?/g) ?? []).map(Number);

  it('is a degree to each side at the equator, for the length of a degree', () => {
    const [here = []] = boxesAround({ latitude: 0, longitude: 10, radius: 111_195 }).map(box);

    expect(here.map((side) => Math.round(side * 1_000) / 1_000)).toEqual([9, -1, 11, 1]);
  });

  it('is twice as wide as high at 60 degrees', () => {
    const [[west = 0, south = 0, east = 0, north = 0] = []] = boxesAround({
      latitude: 60,
      longitude: 0,
      radius: 1_000,
    }).map(box);

    expect((east - west) / (north - south)).toBeCloseTo(2, 2);
  });

  it.each([
    [179.9, -180.1],
    [-179.9, 180.1],
  ])('is also beyond the antimeridian at longitude %d: around %d', (longitude, other) => {
    const [, [west = 0, , east = 0] = []] = boxesAround({ latitude: 0, longitude, radius: 20_000 }).map(box);

    expect((west + east) / 2).toBeCloseTo(other, 6);
  });

  it('has all longitudes where the circle holds a pole', () => {
    const [[west = 0, , east = 0] = []] = boxesAround({ latitude: 89.9, longitude: 0, radius: 20_000 }).map(
      box,
    );

    expect([west, east]).toEqual([-180, 180]);
  });
});
