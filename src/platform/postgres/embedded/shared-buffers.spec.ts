import { sharedBuffers } from './shared-buffers';

const GIB = 2 ** 30;

describe('the memory for pages', () => {
  it.each([
    [0.5, '128MB'],
    [1, '128MB'],
    [4.004, '512MB'],
    [16, '2048MB'],
    [256, '2048MB'],
  ])('is an eighth of %d GiB, within bounds: %s', (memory, expected) => {
    expect(sharedBuffers(memory * GIB)).toBe(expected);
  });
});
