import { createHash } from 'node:crypto';
import { hasDigest, idOfAccessKey, isAccessKey, newAccessKey, parseAccessKey } from './access-key';

describe(newAccessKey.name, () => {
  it('makes a key of one word, which a double click takes as a whole', () => {
    const { text, id } = newAccessKey();

    expect(text).toMatch(/^trk_[0-9A-Za-z]{8}_[0-9A-Za-z]{49}$/);
    expect(text).toMatch(/^\w+$/);
    expect(text.slice(4, 12)).toBe(id);
  });

  it('keeps the SHA-256 of the whole text', () => {
    const { text, digest } = newAccessKey();

    expect(digest).toEqual(createHash('sha256').update(text).digest());
    expect(hasDigest(text, digest)).toBe(true);
    expect(hasDigest(newAccessKey().text, digest)).toBe(false);
  });

  it('never makes the same twice', () => {
    const texts = Array.from({ length: 1_000 }, () => newAccessKey().text);

    expect(new Set(texts).size).toBe(1_000);
    expect(texts.every(isAccessKey)).toBe(true);
  });
});

describe(isAccessKey.name, () => {
  // Made beforehand: a change of the format would make every key that exists unknown.
  const KNOWN = 'trk_00000001_0000000000000000000000000000000000000000001';

  it('knows a key by the CRC-32 of what stands before it', () => {
    expect(isAccessKey(`${KNOWN}26anRA`)).toBe(true);
  });

  it('knows a key with one character that is another for none', () => {
    const { text } = newAccessKey();
    for (let place = 0; place < text.length; place += 1) {
      const other = text[place] === 'A' ? 'B' : 'A';
      expect(isAccessKey(text.slice(0, place) + other + text.slice(place + 1))).toBe(false);
    }
  });

  it.each(['', 'trk_', 'Bearer x', KNOWN, `${KNOWN}26anRA0`, ` ${KNOWN}26anRA`, `${KNOWN}26anRA\n`])(
    'knows %j for none',
    (text) => {
      expect(isAccessKey(text)).toBe(false);
      expect(parseAccessKey(text)).toBeNull();
    },
  );
});

describe(idOfAccessKey.name, () => {
  it('reads the public id without asking for the checksum', () => {
    const { text, id } = newAccessKey();

    expect(idOfAccessKey(text)).toBe(id);
    expect(idOfAccessKey(`${text}0`)).toBeNull();
    expect(idOfAccessKey(text.toUpperCase())).toBeNull();
  });
});
