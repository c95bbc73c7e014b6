import fc from 'fast-check';
import { someText } from '../../../test/builders/some-text';
import { faultIn, faultInExact, faultInLines } from './fault';
import { tidy, tidyLines } from './tidy';

/** TEST_SEED repeats a run, or makes another. */
const SEED = Number(process.env.TEST_SEED ?? 20_260_114);

const INVISIBLE_ONES = [
  ...[
    '\u00ad',
    '\u034f',
    '\u115f',
    '\u17b4',
    '\u180e',
    '\u200b',
    '\u200c',
    '\u200d',
    '\u2060',
    '\u2064',
    '\u206f',
  ],
  ...['\u2800', '\u3164', '\ufe00', '\ufe0f', '\ufeff', '\uffa0', '\u{1d173}', '\u{e0100}'],
];
const BLANKS = ['\u00a0', '\u1680', '\u2003', '\u2009', '\u202f', '\u205f', '\u3000', ' '];

describe(tidy.name, () => {
  it.each([...INVISIBLE_ONES, ...BLANKS])('leaves nothing of %j around, nor of it alone', (character) => {
    expect(tidy(`${character}X${character}`)).toBe('X');
    expect(tidy(character)).toBe('');
  });

  it.each(BLANKS)('takes runs of %j for one space', (blank) => {
    expect(tidy(`X${blank}${blank}Y`)).toBe('X Y');
  });

  it.each([
    ['É', 'E\u0301'],
    ['é', 'e\u200b\u0301'],
    ['Å', '\u212b'],
    ['한', '\u1112\u1161\u11ab'],
  ])('composes %s', (composed, apart) => {
    expect(tidy(apart)).toBe(composed);
  });

  it.each(['👩‍👧', '❤️‍🔥', '👩🏽‍🚒', 'می‌خواهم', 'क्‍ष', '葛\u{e0100}', 'ᠮ\u180bᠣ'])(
    'keeps what changes the look of %s',
    (seen) => {
      expect(tidy(seen)).toBe(seen.normalize('NFC'));
    },
  );

  it.each(['a\u200db', '李\u200d明', '1\ufe0f', 'e\u0301\u200c', '❤\u200d', '\u200d🔥', '❤\ufe0f\ufe0f'])(
    'leaves out what changes nothing in %j',
    (seen) => {
      expect(tidy(seen)).not.toBe(seen);
    },
  );

  it.each(['\0X', 'X\n', '\u202eX', 'X\u{e0041}', '\ud800', 'X\ufffd'])(
    'leaves in what is refused: %j',
    (bad) => {
      expect(tidy(bad)).toBe(bad);
    },
  );

  it('is tidy when it was', () => {
    fc.assert(
      fc.property(someText, (given) => {
        expect(tidy(tidy(given))).toBe(tidy(given));
        expect(tidyLines(tidyLines(given))).toBe(tidyLines(given));
      }),
      { seed: SEED, numRuns: 2_000 },
    );
  });

  it('never takes two texts of visible characters for one', () => {
    const visible = fc.string({
      unit: fc.constantFrom('a', 'A', 'á', 'à', '1', '-', '😀', '李'),
      maxLength: 6,
    });
    fc.assert(
      fc.property(visible, visible, (one, other) => {
        expect(tidy(one) === tidy(other)).toBe(one === other);
      }),
      { seed: SEED, numRuns: 2_000 },
    );
  });
});

describe(tidyLines.name, () => {
  it('tidies each line, and writes line breaks in one way', () => {
    expect(tidyLines('\r\n\n a\u200b \r\n\r\n\tb  c \r\n')).toBe('a\n\nb c');
  });

  it('leaves nothing of empty lines', () => {
    expect(tidyLines('\n \r\n\u200b')).toBe('');
  });
});

describe(faultIn.name, () => {
  it.each(['a', 'Portal Américas', "O'Brien", 'Москва', '東京', 'عربي', 'שלום', '😀', '7', '-', '<b>%s\\'])(
    'finds none in %s',
    (good) => {
      expect(faultIn(good, 100)).toBeNull();
    },
  );

  it.each([
    ['\0', 'U+0000'],
    ['\u001b[31m', 'U+001B'],
    ['\n', 'U+000A'],
    ['\u007f', 'U+007F'],
    ['\u009b', 'U+009B'],
    ['\u2028', 'U+2028'],
    ['\u200e', 'U+200E'],
    ['\u202e', 'U+202E'],
    ['\u2067', 'U+2067'],
    ['\u061c', 'U+061C'],
    ['\ud800', 'U+D800'],
    ['\udfff', 'U+DFFF'],
    ['\ufffd', 'U+FFFD'],
    ['\ufffe', 'U+FFFE'],
    ['\u{10ffff}', 'U+10FFFF'],
    ['\u{e0041}', 'U+E0041'],
    ['\ufffa', 'U+FFFA'],
  ])('finds %j, wherever it is', (bad, name) => {
    for (const text of [bad, `a${bad}`, `${bad}a`, `a${bad}a`]) {
      expect(faultIn(text, 100)).toBe(`must not contain the character ${name}`);
    }
  });

  it.each(['', ' ', '\u0301', '\u2800', '\u3164', '\u200b', '\ufe0f'])(
    'finds that %j shows nothing',
    (bad) => {
      expect(faultIn(tidy(bad), 100)).toBe('must show something');
    },
  );

  it('counts characters as PostgreSQL does', () => {
    expect(faultIn('😀'.repeat(3), 3)).toBeNull();
    expect(faultIn('😀'.repeat(4), 3)).toBe('must have at most 3 characters');
    expect(faultIn('❤️❤️', 3)).toBe('must have at most 3 characters');
    expect(faultIn('a'.repeat(1_000_000), 3)).toBe('must have at most 3 characters');
  });

  it('lets nothing through that is not well-formed, or that would come back as another text', () => {
    fc.assert(
      fc.property(someText, (given) => {
        const kept = tidy(given);
        if (faultIn(kept, 100) !== null) return;
        expect(Buffer.from(kept, 'utf8').toString('utf8')).toBe(kept);
        expect(kept).not.toMatch(/\p{C}(?<![\p{Cn}\p{Co}\u200c\u200d]|\p{Script=Mongolian}\p{Cf})/u);
      }),
      { seed: SEED, numRuns: 2_000 },
    );
  });
});

describe(faultInLines.name, () => {
  it('allows line breaks, and nothing else that it would not', () => {
    expect(faultInLines('a\nb', 3)).toBeNull();
    expect(faultInLines('a\tb', 3)).toBe('must not contain the character U+0009');
    expect(faultInLines('a\n\u202eb', 9)).toBe('must not contain the character U+202E');
  });
});

describe(faultInExact.name, () => {
  it.each(['pago-ñX', '5f0c7a52-5d34-4a0b-9c3e-2b6f1a7d9e10', 'a b'])('finds none in %s', (good) => {
    expect(faultInExact(good, 100)).toBeNull();
  });

  it.each([' X', 'X ', 'X\u00a0', 'X\u200b', '\ufeffX', 'a  b', 'a\u00a0b', 'n\u0303'])(
    'finds one in %j',
    (bad) => {
      expect(faultInExact(bad, 100)).not.toBeNull();
    },
  );

  it('never takes two that it allows for one, whatever becomes of them on their way', () => {
    fc.assert(
      fc.property(someText, someText, (one, other) => {
        if (one === other || faultInExact(one, 100) !== null || faultInExact(other, 100) !== null) return;
        expect(tidy(one)).not.toBe(tidy(other));
        expect(Buffer.from(one).equals(Buffer.from(other))).toBe(false);
      }),
      { seed: SEED, numRuns: 5_000 },
    );
  });
});
