import { unmistakableOf } from './known-paths';

describe(unmistakableOf.name, () => {
  it('leaves out what another path may take a target from', () => {
    const paths = ['/trips/start', '/trips/:id', '/trips/:id/end', '/cards/:id/balance', '/cards', '/'];

    expect(unmistakableOf(paths)).toEqual([
      '/trips/start',
      '/trips/:id/end',
      '/cards/:id/balance',
      '/cards',
      '/',
    ]);
  });

  it('compares parameters with words at every place', () => {
    expect(unmistakableOf(['/a/:x/c', '/a/:y/:z', '/b/:x', '/:w/b', '/d/:x/e/:y'])).toEqual(['/d/:x/e/:y']);
  });

  it('takes a rest of any length for whatever may be there', () => {
    expect(unmistakableOf(['/docs/*', '/docs/:page', '/cards/:id', '/users'])).toEqual([
      '/cards/:id',
      '/users',
    ]);
  });
});
