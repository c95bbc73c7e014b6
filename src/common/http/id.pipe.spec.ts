import { idPipe } from './id.pipe';
import { NotFoundError } from './problem/not-found-error';

describe(idPipe.name, () => {
  const pipe = idPipe('card');
  const read = (value: string): unknown => pipe.transform(value, { type: 'param' });

  it('reads a number', () => {
    expect(read('1')).toBe(1);
    expect(read('9007199254740991')).toBe(Number.MAX_SAFE_INTEGER);
  });

  it.each(['', '0', '-1', '+1', '1.0', '1e3', 'abc', '٣', '9007199254740992', '99999999999999999999'])(
    'finds nothing under %j',
    (value) => {
      expect(() => read(value)).toThrow(NotFoundError);
    },
  );

  it('finds nothing under a second spelling, whose cached answer no write would evict', () => {
    expect(() => read('007')).toThrow(NotFoundError);
  });
});
